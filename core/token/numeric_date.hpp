#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/time.hpp"

namespace postern::token {

/// Largest magnitude of a date, in seconds: beyond 2^53 a double cannot tell neighbours apart, so
/// producers and readers disagree about what was meant; and sums with any duration of ours stay far
/// from wrapping.
inline constexpr std::int64_t numeric_date_max = std::int64_t{1} << 53;

/// The NumericDate (RFC 7519 section 2) that `text`, a JSON number, stands for; a
/// fraction is rounded down, so that a token never lives longer than it says. Nothing when its
/// magnitude is above numeric_date_max or the text is not a JSON number. No floating point and no
/// loop over an exponent: O(length of `text`).
std::optional<WallTime> parse_numeric_date(std::string_view text);

}  // namespace postern::token
