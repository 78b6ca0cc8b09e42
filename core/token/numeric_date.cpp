#include "core/token/numeric_date.hpp"

#include <algorithm>
#include <cstddef>

namespace postern::token {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A JSON number taken apart: sign, digits before and after the point, exponent.
struct Number {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  std::int64_t exponent = 0;  // held at ±exponent_max
};

constexpr std::int64_t exponent_max =
    1'000'000;  // more than any text we read has digits, so every exact value is decided

std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto count = static_cast<std::size_t>(end - text.begin());
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::int64_t> take_exponent(std::string_view& text) {
  const bool negative = take(text, '-');
  if (!negative) (void)take(text, '+');
  const std::string_view digits = take_digits(text);
  if (digits.empty()) return std::nullopt;
  std::int64_t exponent = 0;
  for (const char c : digits) exponent = std::min(exponent * 10 + (c - '0'), exponent_max);
  return negative ? -exponent : exponent;
}

std::optional<Number> take_apart(std::string_view text) {
  Number number;
  number.negative = take(text, '-');
  number.whole = take_digits(text);
  if (number.whole.empty()) return std::nullopt;
  if (take(text, '.')) {
    number.fraction = take_digits(text);
    if (number.fraction.empty()) return std::nullopt;
  }
  if (take(text, 'e') || take(text, 'E')) {
    const auto exponent = take_exponent(text);
    if (!exponent) return std::nullopt;
    number.exponent = *exponent;
  }
  if (!text.empty()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<WallTime> parse_numeric_date(std::string_view text) {
  const auto number = take_apart(text);
  if (!number) return std::nullopt;
  // The value is 0.d1d2d3… times ten to `point`, where the digits are those of `whole` and
  // `fraction` in a row.
  std::int64_t point = static_cast<std::int64_t>(number->whole.size()) + number->exponent;
  std::int64_t value = 0;
  bool has_fraction = false;
  for (const std::string_view digits : {number->whole, number->fraction}) {
    for (const char c : digits) {
      if (point > 0) {
        value = value * 10 + (c - '0');
        if (value > numeric_date_max) return std::nullopt;
      } else if (c != '0') {
        has_fraction = true;
      }
      --point;
    }
  }
  // What the exponent asks for beyond the digits: at most 16 steps before the bound is met.
  for (; point > 0 && value != 0; --point) {
    value *= 10;
    if (value > numeric_date_max) return std::nullopt;
  }
  if (number->negative) value = -value - (has_fraction ? 1 : 0);
  return WallTime{value};
}

}  // namespace postern::token
