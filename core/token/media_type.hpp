#pragma once

#include <string_view>

#include "core/base/bytes.hpp"

namespace postern::token {

/// A Content-Type value without its parameters (RFC 9110 section 8.3.1).
inline std::string_view media_type(std::string_view content_type) {
  return without_blanks(content_type.substr(0, content_type.find(';')));
}

/// application/json, or a type that says with "+json" that it is JSON underneath and that
/// `structured` allows, such as "application/jwk-set+json".
inline bool is_json(std::string_view content_type, std::string_view structured = {}) {
  const std::string_view type = media_type(content_type);
  return equal_ignoring_case(type, "application/json") ||
         (!structured.empty() && equal_ignoring_case(type, structured));
}

}  // namespace postern::token
