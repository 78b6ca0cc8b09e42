#include "core/json/escape.hpp"

namespace postern::json {

namespace {

constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// `\uXXXX` at the start of `text`: one UTF-16 code unit, which may be a surrogate.
Escape read_code_unit(std::string_view text) {
  constexpr std::size_t length = 6;
  Escape escape{.kind = Escape::Kind::Character, .length = 2};
  for (; escape.length < length; ++escape.length) {
    if (escape.length == text.size()) return {Escape::Kind::CutOff, 0, escape.length};
    const int digit = hex_digit(text[escape.length]);
    if (digit < 0) return {Escape::Kind::Unknown, 0, escape.length};
    escape.code_point = escape.code_point << 4 | static_cast<std::uint32_t>(digit);
  }
  return escape;
}

constexpr bool is_high_surrogate(std::uint32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
constexpr bool is_low_surrogate(std::uint32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

Escape read_unicode_escape(std::string_view text) {
  const Escape first = read_code_unit(text);
  if (first.kind != Escape::Kind::Character) return first;
  if (is_low_surrogate(first.code_point)) return {Escape::Kind::Surrogate, 0, first.length};
  if (!is_high_surrogate(first.code_point)) return first;

  const std::string_view rest = text.substr(first.length);
  if (rest.empty() || rest == "\\") return {Escape::Kind::CutOff, 0, text.size()};
  if (!rest.starts_with("\\u")) return {Escape::Kind::Surrogate, 0, first.length};
  const Escape second = read_code_unit(rest);
  const std::size_t length = first.length + second.length;
  if (second.kind != Escape::Kind::Character) return {second.kind, 0, length};
  if (!is_low_surrogate(second.code_point)) return {Escape::Kind::Surrogate, 0, length};
  const std::uint32_t code_point =
      0x10000 + ((first.code_point - 0xD800) << 10) + (second.code_point - 0xDC00);
  return {Escape::Kind::Character, code_point, length};
}

}  // namespace

Escape read_escape(std::string_view text, char quote) {
  if (text.size() < 2) return {Escape::Kind::CutOff, 0, text.size()};
  const auto character = [](char c) {
    return Escape{Escape::Kind::Character, static_cast<unsigned char>(c), 2};
  };
  const char c = text[1];
  if (c == quote) return character(quote);
  switch (c) {
    case '\\':
    case '/':
      return character(c);
    case 'b':
      return character('\b');
    case 'f':
      return character('\f');
    case 'n':
      return character('\n');
    case 'r':
      return character('\r');
    case 't':
      return character('\t');
    case 'u':
      return read_unicode_escape(text);
    default:
      return {Escape::Kind::Unknown, 0, 1};
  }
}

}  // namespace postern::json
