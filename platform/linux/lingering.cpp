#include "platform/linux/lingering.hpp"

#include <utility>

#include "platform/linux/stream.hpp"

namespace postern::platform {
namespace {

constexpr Duration lingers = seconds(2);
constexpr std::size_t bytes_thrown_away_max = 256 * 1024;

}  // namespace

std::uint16_t Lingering::add(Descriptor socket, MonotonicTime now) {
  if (next_ - first_ == count_max) {
    at(first_).socket.reset();
    skip_closed();
  }
  const std::size_t index = next_++;
  at(index) = {std::move(socket), now + lingers, bytes_thrown_away_max};
  return static_cast<std::uint16_t>(index % count_max);
}

void Lingering::readable(std::uint16_t number) {
  Place& place = at(number);
  if (!place.socket.valid()) return;
  std::byte rubbish[4096];
  for (;;) {
    const Moved moved = receive_some(place.socket.number(), rubbish);
    if (moved.kind == Moved::Kind::Nothing) return;
    if (moved.kind != Moved::Kind::Some || moved.byte_count >= place.bytes_left) break;
    place.bytes_left -= moved.byte_count;
  }
  place.socket.reset();
  skip_closed();
}

void Lingering::advance(MonotonicTime now) {
  while (!empty() && at(first_).due <= now) {
    at(first_).socket.reset();
    skip_closed();
  }
}

void Lingering::skip_closed() {
  while (!empty() && !at(first_).socket.valid()) ++first_;
}

MonotonicTime Lingering::next_deadline() const { return empty() ? never : at(first_).due; }

}  // namespace postern::platform
