// A TEST DOUBLE of the entropy source, for boards that have none, such as all that QEMU emulates.
// Anybody who knows how long a boot takes can guess what it gives. A product's board folder has its
// generator's driver instead; the first lines of the log say which of them it is.
#include <algorithm>
#include <cstdint>

#include "core/crypto/digest.hpp"
#include "firmware/mcu/board.hpp"

namespace postern::board {

bool fill_with_entropy(std::span<std::byte> bytes) {
  struct {
    std::uint64_t count = 0;
    std::uint64_t now_us = 0;
  } static state;  // so that no two pieces are equal
  while (!bytes.empty()) {
    ++state.count;
    state.now_us = monotonic_us();
    const auto digest = crypto::sha256(std::as_bytes(std::span(&state, 1)));
    const std::size_t count = std::min(bytes.size(), digest.size());
    std::copy_n(digest.begin(), count, bytes.begin());
    bytes = bytes.subspan(count);
  }
  return true;
}

std::string_view entropy_source() { return "TEST DOUBLE, not for production"; }

}  // namespace postern::board
