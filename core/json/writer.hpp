#pragma once

#include <string_view>

#include "core/base/bytes.hpp"
#include "core/json/document.hpp"

namespace postern::json {

/// Appends `text` as a JSON string with its quotation marks. Only what must be escaped is; bytes
/// that are not UTF-8 become U+FFFD, so that the result is JSON whatever a client sent. At most six
/// bytes per byte, and two.
void write_string(ByteWriter& out, std::string_view text);

/// The same with <, > and & escaped, too: for text of others that a browser may be shown.
void write_html_safe_string(ByteWriter& out, std::string_view text);

/// Appends `value` as compact JSON: no blanks, members in the document's order, numbers as they
/// were spelled, strings as write_string() does. Absent writes null. No recursion. O(size).
void write_value(ByteWriter& out, const Value& value);

}  // namespace postern::json
