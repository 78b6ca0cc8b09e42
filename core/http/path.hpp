#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/result.hpp"

namespace postern::http {

/// A request target in its one normal form: what is matched is, byte for byte, what is sent
/// upstream. Only normalize() makes one.
class Target {
 public:
  Target() = default;
  /// Path and query: `/readings/7?unit=C`.
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] std::string_view path() const { return text_.substr(0, path_bytes_); }
  /// Authority of an absolute-form target, which outranks Host; empty otherwise.
  [[nodiscard]] std::string_view authority() const { return authority_; }

 private:
  friend struct TargetMaker;
  std::string_view text_;
  std::string_view authority_;
  std::size_t path_bytes_ = 0;
};

/// All of them: 400.
enum class TargetError : std::uint8_t {
  NotOriginOrAbsolute,  ///< Neither `/path` nor `http://host/path`.
  BadAuthority,
  BadEscape,  ///< `%` without two hex digits.
  BadByte,  ///< A byte that RFC 3986 excludes, or an escaped control byte, slash, backslash or NUL.
  BadUtf8,  ///< Escapes that decode to something that is not UTF-8.
  AboveRoot,     ///< `..` would leave the root.
  EmptySegment,  ///< `//`: servers disagree whether it is one slash, so the rules could be passed
                 ///< by.
  DotWithParameter,  ///< `..;x` or `.;x`: some servers take the parameter off first.
  TooLong,
};

/// The normal form of a request target (RFC 3986 section 6.2.2): escapes of unreserved characters
/// decoded, all others in upper case, dot segments removed, once. The query is checked and kept as
/// it is. `target` itself when it is normal already, else written to `memory`, which needs at most
/// target.size() + 1 bytes. The result lives as long as both. An absolute target is http, or https
/// too where it came over a `secure` connection. O(length).
Result<Target, TargetError> normalize(std::string_view target, std::span<char> memory,
                                      bool secure = false);

}  // namespace postern::http
