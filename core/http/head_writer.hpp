#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/bytes.hpp"

namespace postern::http {

/// `name: value CRLF`. REQUIRES: neither holds a line end (parsed fields and checked texts do not).
inline void write_field(ByteWriter& out, std::string_view name, std::string_view value) {
  out.text(name);
  out.text(": ");
  out.text(value);
  out.text("\r\n");
}

inline void write_content_length(ByteWriter& out, std::uint64_t length) {
  out.text("Content-Length: ");
  out.number(length);
  out.text("\r\n");
}

/// Reason phrase of a status this gateway sends itself; empty for others (RFC 9112 section 4 lets
/// it be).
std::string_view reason_phrase(std::uint16_t status);

}  // namespace postern::http
