#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "core/json/document.hpp"

namespace postern::json {

/// Decides whether `text` is one JSON value as RFC 8259 wants it, within `limits`, and nothing
/// else: one pass, no recursion, no memory. Everything that cJSON would let pass (control
/// characters, number forms, malformed UTF-8, trailing bytes, a NUL taken for the end) is refused
/// here, so that cJSON only ever sees text whose meaning is certain. Uniqueness of names is not its
/// concern.
///
/// `shadow` is as long as `text` and becomes a copy of it in which every number is a 0 followed by
/// blanks: cJSON turns numbers into doubles, takes at most 63 characters of one, and loses its
/// text; so it does not get to see any.
/// Nothing when all is well. O(length of `text`).
[[nodiscard]] std::optional<ParseFailure> scan(std::string_view text, const ParseLimits& limits,
                                               std::span<char> shadow);

/// What may stand before, between and after tokens.
constexpr bool is_white_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace postern::json
