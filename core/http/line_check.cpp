#include "core/http/line_check.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace postern::http {
namespace {

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

/// Where the next control byte at or after `at` is, or the size. Looks at eight bytes at a time: a
/// head carries a token of a kilobyte, and most of it holds none.
std::size_t next_control(std::string_view bytes, std::size_t at) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t high_bits = ones << 7;
  for (; at + sizeof(std::uint64_t) <= bytes.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes.data() + at, sizeof eight);
    // x - n borrows into the high bit of a byte that is below n and has no high bit itself; a false
    // alarm is possible only above a true one.
    const std::uint64_t below_blank = (eight - ones * 0x20) & ~eight;
    const std::uint64_t without_del = eight ^ (ones * 0x7F);
    const std::uint64_t del = (without_del - ones) & ~without_del;
    if (((below_blank | del) & high_bits) != 0) break;
  }
  while (at < bytes.size() && !is_control(bytes[at])) ++at;
  return at;
}

}  // namespace

bool well_formed_lines(std::string_view bytes) {
  for (std::size_t i = next_control(bytes, 0); i < bytes.size(); i = next_control(bytes, i + 1)) {
    if (bytes[i] == '\t') continue;
    if (bytes[i] != '\r') return false;
    if (i + 1 == bytes.size()) return true;  // the rest is still under way
    if (bytes[++i] != '\n') return false;
    // The empty line ends the head; what follows is not ours to judge.
    if (i >= 3 && bytes[i - 2] == '\n') return true;
    if (i + 1 < bytes.size() && (bytes[i + 1] == ' ' || bytes[i + 1] == '\t')) return false;
  }
  return true;
}

}  // namespace postern::http
