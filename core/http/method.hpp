#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace postern::http {

/// The methods this gateway passes on; every other one is answered 501. TRACE is not among them:
/// its answer would show the client what the gateway adds to a request. CONNECT asks for a tunnel
/// to anywhere.
enum class Method : std::uint8_t { Get, Head, Post, Put, Patch, Delete, Options };
inline constexpr std::size_t method_count = 7;

/// Names in the order of `Method`. RFC 9110 section 9, RFC 5789.
inline constexpr std::string_view method_names[method_count] = {"GET",   "HEAD",   "POST",   "PUT",
                                                                "PATCH", "DELETE", "OPTIONS"};

constexpr std::string_view name(Method method) {
  return method_names[static_cast<std::size_t>(method)];
}

/// Nothing for a method we do not know. Names are case-sensitive (RFC 9110 section 9.1).
constexpr std::optional<Method> method_from_name(std::string_view text) {
  for (std::size_t i = 0; i < method_count; ++i) {
    if (method_names[i] == text) return static_cast<Method>(i);
  }
  return std::nullopt;
}

/// A set of methods, one bit each.
class MethodSet {
 public:
  constexpr MethodSet() = default;
  static constexpr MethodSet all() {
    MethodSet set;
    set.bits_ = (1U << method_count) - 1;
    return set;
  }

  constexpr void add(Method method) { bits_ = static_cast<std::uint8_t>(bits_ | bit(method)); }
  constexpr void add(MethodSet others) { bits_ = static_cast<std::uint8_t>(bits_ | others.bits_); }

  [[nodiscard]] constexpr bool contains(Method method) const { return (bits_ & bit(method)) != 0; }
  [[nodiscard]] constexpr bool intersects(MethodSet others) const {
    return (bits_ & others.bits_) != 0;
  }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  friend constexpr bool operator==(MethodSet, MethodSet) = default;

 private:
  static constexpr unsigned bit(Method method) { return 1U << static_cast<unsigned>(method); }

  std::uint8_t bits_ = 0;
};

}  // namespace postern::http
