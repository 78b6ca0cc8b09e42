#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/bytes.hpp"

namespace postern::json {

/// Bytes of the UTF-8 sequence at the start of `text` (RFC 3629): 1 to 4, or 0 when there is none:
/// overlong, a surrogate, beyond U+10FFFF, or cut off. O(1).
constexpr std::size_t utf8_sequence(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  if (text.empty()) return 0;
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  if (!continues(1)) return 0;
  if (first < 0xE0) return 2;
  // The second byte tells overlong forms, surrogates and what is beyond U+10FFFF.
  const unsigned second = byte(1);
  if (first == 0xE0 && second < 0xA0) return 0;
  if (first == 0xED && second > 0x9F) return 0;
  if (first == 0xF0 && second < 0x90) return 0;
  if (first == 0xF4 && second > 0x8F) return 0;
  if (!continues(2)) return 0;
  if (first < 0xF0) return 3;
  return continues(3) ? 4 : 0;
}

/// Bytes that `code_point` takes in UTF-8.
constexpr std::size_t utf8_bytes(std::uint32_t code_point) {
  if (code_point < 0x80) return 1;
  if (code_point < 0x800) return 2;
  return code_point < 0x10000 ? 3 : 4;
}

/// REQUIRES: a Unicode scalar value.
inline void write_utf8(ByteWriter& out, std::uint32_t code_point) {
  const auto put = [&out](std::uint32_t byte) { out.character(static_cast<char>(byte)); };
  switch (utf8_bytes(code_point)) {
    case 1:
      put(code_point);
      return;
    case 2:
      put(0xC0 | code_point >> 6);
      break;
    case 3:
      put(0xE0 | code_point >> 12);
      put(0x80 | (code_point >> 6 & 0x3F));
      break;
    default:
      put(0xF0 | code_point >> 18);
      put(0x80 | (code_point >> 12 & 0x3F));
      put(0x80 | (code_point >> 6 & 0x3F));
      break;
  }
  put(0x80 | (code_point & 0x3F));
}

}  // namespace postern::json
