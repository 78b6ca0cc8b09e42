#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/json/utf8.hpp"

namespace postern::json {

/// One escape sequence of a string, from its backslash on.
struct Escape {
  enum class Kind : std::uint8_t {
    Character,  ///< Stands for `code_point`.
    CutOff,     ///< The text ends inside it.
    Unknown,    ///< No such escape.
    Surrogate,  ///< Half of a surrogate pair.
  };
  Kind kind = Kind::Unknown;
  std::uint32_t code_point = 0;
  std::size_t length = 0;  ///< Bytes of the sequence; of a bad one, up to what is wrong with it.
};

/// Reads the escape at the start of `text` (RFC 8259 section 7). `quote` is the quotation mark that
/// may be escaped: JSON knows only the double one, JSONPath both. REQUIRES: `text` begins with a
/// backslash. O(1).
Escape read_escape(std::string_view text, char quote = '"');

}  // namespace postern::json
