#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/bytes.hpp"

namespace postern {

/// How many bytes a base64url text of this length stands for, if it is one.
constexpr std::size_t base64url_bytes(std::size_t text_size) { return text_size * 3 / 4; }

/// Decodes base64url without padding (RFC 4648 section 5, as RFC 7515 section 2 wants it). Strict:
/// no padding, no other alphabet, no white space, and no bits behind the last byte, so that bytes
/// have exactly one spelling. Returns the bytes written to the front of `into`; nothing when `text`
/// is anything else or `into` is too small. `text` may stand in `into` itself (at its front).
/// O(length).
std::optional<std::span<std::byte>> decode_base64url(std::string_view text,
                                                     std::span<std::byte> into);

/// Characters that stand for so many bytes.
constexpr std::size_t base64url_text_bytes(std::size_t byte_count) {
  return (byte_count * 4 + 2) / 3;
}

/// Appends the base64url text of `bytes`, without padding: what decode_base64url() takes.
void write_base64url(ByteWriter& out, std::span<const std::byte> bytes);

}  // namespace postern
