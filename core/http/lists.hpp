#pragma once

#include <string_view>

#include "core/base/bytes.hpp"

namespace postern::http {

/// Takes the next element off a comma-separated list (RFC 9110 section 5.6.1), without the white
/// space around it; elements may be empty. `rest` becomes what follows. Call while !rest_is_over.
inline std::string_view next_element(std::string_view& rest, bool& over) {
  const std::size_t comma = rest.find(',');
  const std::string_view element = rest.substr(0, comma);
  over = comma == std::string_view::npos;
  rest = over ? std::string_view{} : rest.substr(comma + 1);
  return without_blanks(element);
}

/// `element` stands in `list`, without regard to case.
inline bool list_contains(std::string_view list, std::string_view element) {
  for (bool over = false; !over;) {
    if (equal_ignoring_case(next_element(list, over), element)) return true;
  }
  return false;
}

}  // namespace postern::http
