#include "core/http/path.hpp"

#include <array>

#include "core/base/bytes.hpp"
#include "core/http/authority.hpp"

namespace postern::http {

/// The one who may make a Target.
struct TargetMaker {
  static Target make(std::string_view text, std::size_t path_bytes, std::string_view authority) {
    Target target;
    target.text_ = text;
    target.path_bytes_ = path_bytes;
    target.authority_ = authority;
    return target;
  }
};

namespace {

constexpr bool is_unreserved(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

constexpr auto make_set(std::string_view extra) {
  std::array<bool, 256> set{};
  for (unsigned c = 0; c < 256; ++c) set[c] = is_unreserved(static_cast<unsigned char>(c));
  for (const char c : extra) set[static_cast<unsigned char>(c)] = true;
  return set;
}

// pchar and '/' of RFC 3986 section 3.3, without '%'.
constexpr auto path_characters = make_set("!$&'()*+,;=:@/");
// Queries in the wild hold more than RFC 3986 allows; nothing here reads them, so all visible ASCII
// but '#' passes.
constexpr bool is_query_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte < 0x7F && c != '#';
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Follows the bytes of UTF-8 that escapes decode to (RFC 3629: no overlong forms, no surrogates).
class Utf8Watch {
 public:
  bool take(unsigned char byte) {
    if (left_ == 0) return begin(byte);
    if (byte < low_ || byte > high_) return false;
    low_ = 0x80;
    high_ = 0xBF;
    --left_;
    return true;
  }
  [[nodiscard]] bool whole() const { return left_ == 0; }

 private:
  bool begin(unsigned char byte) {
    if (byte < 0x80) return true;
    low_ = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
    high_ = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
    if (byte >= 0xC2 && byte <= 0xDF) left_ = 1;
    if (byte >= 0xE0 && byte <= 0xEF) left_ = 2;
    if (byte >= 0xF0 && byte <= 0xF4) left_ = 3;
    return left_ != 0;
  }
  int left_ = 0;
  unsigned char low_ = 0x80;
  unsigned char high_ = 0xBF;
};

// Nearly every path: no escape, no "/.", no "//", nothing excluded. It is normal as it is.
bool is_plain(std::string_view path) {
  char before = 0;
  for (const char c : path) {
    if (!path_characters[static_cast<unsigned char>(c)]) return false;
    if (before == '/' && (c == '/' || c == '.')) return false;
    before = c;
  }
  return true;
}

using WriteError = Result<std::size_t, TargetError>;

// Writes the path with its escapes in normal form.
WriteError write_unescaped(std::string_view path, std::span<char> out) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::size_t size = 0;
  Utf8Watch utf8;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    if (c != '%') {
      if (!path_characters[static_cast<unsigned char>(c)]) return Failure{TargetError::BadByte};
      if (!utf8.whole()) return Failure{TargetError::BadUtf8};
      out[size++] = c;
      continue;
    }
    const int high = i + 2 < path.size() ? hex_value(path[i + 1]) : -1;
    const int low = i + 2 < path.size() ? hex_value(path[i + 2]) : -1;
    if (high < 0 || low < 0) return Failure{TargetError::BadEscape};
    i += 2;
    const auto byte = static_cast<unsigned char>(high * 16 + low);
    if (byte < 0x20 || byte == 0x7F || byte == '/' || byte == '\\') {
      return Failure{TargetError::BadByte};
    }
    if (!utf8.take(byte)) return Failure{TargetError::BadUtf8};
    if (is_unreserved(byte)) {
      out[size++] = static_cast<char>(byte);
    } else {
      out[size++] = '%';
      out[size++] = digits[high];
      out[size++] = digits[low];
    }
  }
  if (!utf8.whole()) return Failure{TargetError::BadUtf8};
  return size;
}

// Removes dot segments in place (RFC 3986 section 5.2.4, but leaving the root is an error).
WriteError remove_dot_segments(std::span<char> path) {
  std::size_t out = 0;
  std::size_t at = 0;
  while (at < path.size()) {
    // path[at] is the slash that begins a segment.
    std::size_t end = at + 1;
    while (end < path.size() && path[end] != '/') ++end;
    const std::string_view segment(path.data() + at + 1, end - at - 1);
    const bool last = end == path.size();
    if (segment.empty() && !last) return Failure{TargetError::EmptySegment};
    if (segment.starts_with("..;") || segment.starts_with(".;")) {
      return Failure{TargetError::DotWithParameter};
    }
    if (segment == "." || segment == "..") {
      if (segment == "..") {
        if (out == 0) return Failure{TargetError::AboveRoot};
        do --out;
        while (path[out] != '/');
      }
      if (last) path[out++] = '/';
    } else {
      for (std::size_t i = at; i < end; ++i) path[out++] = path[i];
    }
    at = end;
  }
  return out;
}

struct Parts {
  std::string_view authority;
  std::string_view path;
  std::string_view query;  ///< With its '?'.
};

bool take_scheme(std::string_view& target, std::string_view scheme) {
  if (target.size() <= scheme.size() ||
      !equal_ignoring_case(target.substr(0, scheme.size()), scheme)) {
    return false;
  }
  target.remove_prefix(scheme.size());
  return true;
}

Result<Parts, TargetError> split(std::string_view target, bool secure) {
  Parts parts;
  if (!target.starts_with('/')) {
    if (!take_scheme(target, "http://") && !(secure && take_scheme(target, "https://"))) {
      return Failure{TargetError::NotOriginOrAbsolute};
    }
    const std::size_t end = target.find_first_of("/?");
    parts.authority = target.substr(0, end);
    if (!is_authority(parts.authority)) return Failure{TargetError::BadAuthority};
    target = end == std::string_view::npos ? std::string_view{} : target.substr(end);
  }
  const std::size_t question = target.find('?');
  parts.path = target.substr(0, question);
  if (question != std::string_view::npos) parts.query = target.substr(question);
  return parts;
}

}  // namespace

Result<Target, TargetError> normalize(std::string_view target, std::span<char> memory,
                                      bool secure) {
  const auto parts = split(target, secure);
  if (!parts) return Failure{parts.error()};
  for (const char c : parts->query) {
    if (!is_query_character(c)) return Failure{TargetError::BadByte};
  }
  if (parts->path.starts_with('/') && is_plain(parts->path)) {
    // Path and query follow each other in `target`.
    const std::string_view text(parts->path.data(), parts->path.size() + parts->query.size());
    return TargetMaker::make(text, parts->path.size(), parts->authority);
  }
  if (memory.size() < target.size() + 1) return Failure{TargetError::TooLong};
  const std::string_view path = parts->path.empty() ? std::string_view("/") : parts->path;
  const auto unescaped = write_unescaped(path, memory);
  if (!unescaped) return Failure{unescaped.error()};
  const auto size = remove_dot_segments(memory.first(*unescaped));
  if (!size) return Failure{size.error()};
  ByteWriter rest(memory.subspan(*size));
  rest.text(parts->query);
  return TargetMaker::make({memory.data(), *size + rest.size()}, *size, parts->authority);
}

}  // namespace postern::http
