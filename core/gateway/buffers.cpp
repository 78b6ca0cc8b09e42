#include "core/gateway/buffers.hpp"

#include <cstring>
#include <new>

#include "core/base/secret.hpp"

namespace postern::gateway {

std::uint16_t Buffers::acquire() {
  const auto slot = pool_.acquire();
  if (!slot) return no_slot;
  new (pool_.item(*slot)) Buffer{};
  return *slot;
}

void Buffers::release(std::uint16_t slot, bool secret) {
  Buffer& buffer = (*this)[slot];
  if (secret) wipe(std::as_writable_bytes(std::span<char>(buffer.data(), buffer.end_)));
  pool_.release(slot);
}

std::span<char> Buffers::tail(Buffer& buffer, std::size_t wanted) {
  if (capacity_ - buffer.end_ < wanted && buffer.begin_ != 0) {
    std::memmove(buffer.data(), buffer.data() + buffer.begin_, buffer.size());
    buffer.end_ -= buffer.begin_;
    buffer.begin_ = 0;
  }
  return {buffer.data() + buffer.end_, capacity_ - buffer.end_};
}

}  // namespace postern::gateway
