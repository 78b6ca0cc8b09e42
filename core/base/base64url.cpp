#include "core/base/base64url.hpp"

#include <array>
#include <cstdint>

namespace postern {
namespace {

constexpr std::uint8_t no_digit = 0xFF;

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<std::uint8_t, 256> make_digits() {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(no_digit);
  std::uint8_t value = 0;
  for (const char c : alphabet) digits[static_cast<unsigned char>(c)] = value++;
  return digits;
}
constexpr std::array<std::uint8_t, 256> digits = make_digits();

}  // namespace

std::optional<std::span<std::byte>> decode_base64url(std::string_view text,
                                                     std::span<std::byte> into) {
  if (text.size() % 4 == 1 || base64url_bytes(text.size()) > into.size()) return {};
  std::uint32_t bits = 0;
  unsigned bit_count = 0;
  std::size_t size = 0;
  for (const char c : text) {
    const std::uint8_t digit = digits[static_cast<unsigned char>(c)];
    if (digit == no_digit) return {};
    bits = bits << 6 | digit;
    bit_count += 6;
    if (bit_count < 8) continue;
    bit_count -= 8;
    into[size++] = static_cast<std::byte>(bits >> bit_count & 0xFF);
  }
  // Bits of the last digit that belong to no byte: a second spelling of the same bytes.
  if ((bits & ((1U << bit_count) - 1)) != 0) return {};
  return into.first(size);
}

void write_base64url(ByteWriter& out, std::span<const std::byte> bytes) {
  std::uint32_t bits = 0;
  unsigned bit_count = 0;
  for (const std::byte byte : bytes) {
    bits = bits << 8 | std::to_integer<std::uint32_t>(byte);
    bit_count += 8;
    while (bit_count >= 6) {
      bit_count -= 6;
      out.character(alphabet[bits >> bit_count & 0x3F]);
    }
  }
  if (bit_count != 0) out.character(alphabet[bits << (6 - bit_count) & 0x3F]);
}

}  // namespace postern
