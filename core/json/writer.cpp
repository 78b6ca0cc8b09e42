#include "core/json/writer.hpp"

#include <array>
#include <cstddef>

#include "core/base/assert.hpp"
#include "core/json/utf8.hpp"

namespace postern::json {

namespace {

/// The letter of a short escape (RFC 8259 section 7), or 0.
constexpr char short_escape(char c) {
  switch (c) {
    case '"':
      return '"';
    case '\\':
      return '\\';
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

void write_escaped(ByteWriter& out, char c) {
  constexpr std::string_view hex = "0123456789abcdef";
  out.character('\\');
  if (const char letter = short_escape(c); letter != 0) return out.character(letter);
  out.text("u00");
  out.character(hex[static_cast<unsigned char>(c) >> 4]);
  out.character(hex[static_cast<unsigned char>(c) & 0xF]);
}

constexpr bool stands_for_itself(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

/// Everything but arrays and objects.
void write_scalar(ByteWriter& out, const Value& value) {
  switch (value.type()) {
    case Type::Absent:
    case Type::Null:
      return out.text("null");
    case Type::Boolean:
      return out.text(value.boolean() ? "true" : "false");
    case Type::Number:
      return out.text(value.number_text());
    case Type::String:
      return write_string(out, value.text());
    case Type::Array:
    case Type::Object:
      return;
  }
}

/// `is_plain`: which ASCII characters stand as they are.
template <class IsPlain>
void write_quoted(ByteWriter& out, std::string_view text, IsPlain is_plain) {
  out.character('"');
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    out.text(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const std::size_t length = utf8_sequence(text);
    if (length > 1) {
      out.text(text.substr(0, length));
    } else if (length == 1) {
      write_escaped(out, text.front());
    } else {
      out.text("\xEF\xBF\xBD");
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out.character('"');
}

}  // namespace

void write_string(ByteWriter& out, std::string_view text) {
  write_quoted(out, text, stands_for_itself);
}

void write_html_safe_string(ByteWriter& out, std::string_view text) {
  write_quoted(out, text,
               [](char c) { return stands_for_itself(c) && c != '<' && c != '>' && c != '&'; });
}

void write_value(ByteWriter& out, const Value& value) {
  // The containers around the place where we are, the outermost first.
  struct Level {
    Value::Iterator next;
    bool is_object = false;
  };
  std::array<Level, ParseLimits::depth_ceiling> levels;
  std::size_t depth = 0;

  const auto begin = [&](const Value& it) {
    const bool is_object = it.is(Type::Object);
    if (!is_object && !it.is(Type::Array)) return write_scalar(out, it);
    POSTERN_ASSERT(depth < levels.size());
    levels[depth++] = {it.begin(), is_object};
    out.character(is_object ? '{' : '[');
  };
  begin(value);
  bool is_first = true;
  while (depth > 0) {
    Level& level = levels[depth - 1];
    if (level.next == Value::Iterator()) {
      out.character(level.is_object ? '}' : ']');
      --depth;
      is_first = false;
      continue;
    }
    const Value element = *level.next;
    ++level.next;
    if (!is_first) out.character(',');
    if (level.is_object) {
      write_string(out, element.name());
      out.character(':');
    }
    const std::size_t depth_before = depth;
    begin(element);
    is_first = depth > depth_before;
  }
}

}  // namespace postern::json
