#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/http/head.hpp"

namespace postern::http {

/// What Content-Length and Transfer-Encoding say together (RFC 9112 section 6), before it is known
/// whether the message may have a body at all. Anything that two readers could understand
/// differently is an error: both fields, more than one of either, lists, signs, a coding other than
/// `chunked` alone, Transfer-Encoding in HTTP/1.0.
struct DeclaredFraming {
  std::uint16_t status = 0;  ///< 0: well-formed. Else what a client gets: 400, or 501 for a
                             ///< transfer coding we do not know.
  bool chunked = false;
  std::optional<std::uint64_t> content_length;
};
DeclaredFraming declared_framing(const Fields& fields, std::uint8_t minor);

/// 1*DIGIT up to 2^63 - 1; nothing else (no sign, no white space, no list).
std::optional<std::uint64_t> decimal(std::string_view text);

}  // namespace postern::http
