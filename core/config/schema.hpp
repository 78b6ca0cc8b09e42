#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace postern::config {

struct Member;

/// The meaning of a number's absence is not a number.
inline constexpr std::int64_t no_standard = INT64_MIN;

/// What a value of the configuration file may be. The loader checks against it, and the JSON Schema
/// for editors says the same.
struct Shape {
  enum class Kind : std::uint8_t {
    Text,     ///< A string; one of `words` where there are any.
    Number,   ///< `min` to `max`, in units of ten to the power of -`decimals`.
    Boolean,  ///< true or false
    Scalar,   ///< A string, number, boolean or null.
    Object,   ///< With these `members`, and no others.
    Map,      ///< An object whose names are free and whose values are `of`; `min` to `max` of them.
    List,     ///< Elements are `of`; `min` to `max` of them.
    Either,   ///< A list that is `of`, or a map that is `or_of`.
  };
  Kind kind = Kind::Text;
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::uint8_t decimals = 0;
  std::span<const std::string_view> words{};
  std::span<const Member> members{};
  const Shape* of = nullptr;
  const Shape* or_of = nullptr;
};

/// One member of an object.
struct Member {
  enum class Need : std::uint8_t { Optional, Required };

  std::string_view name;
  Shape shape;
  std::string_view meaning;  ///< One sentence for the schema.
  Need need = Need::Optional;
  std::int64_t standard =
      no_standard;  ///< Numbers: when the member is absent. In the shape's units.
};

constexpr Shape text() { return {}; }
constexpr Shape boolean() { return {.kind = Shape::Kind::Boolean}; }
constexpr Shape scalar() { return {.kind = Shape::Kind::Scalar}; }
constexpr Shape number(std::int64_t min, std::int64_t max, std::uint8_t decimals = 0) {
  return {.kind = Shape::Kind::Number, .min = min, .max = max, .decimals = decimals};
}
constexpr Shape one_of(std::span<const std::string_view> words) {
  return {.kind = Shape::Kind::Text, .words = words};
}
constexpr Shape object(std::span<const Member> members) {
  return {.kind = Shape::Kind::Object, .members = members};
}
constexpr Shape map_of(const Shape& of, std::int64_t min, std::int64_t max) {
  return {.kind = Shape::Kind::Map, .min = min, .max = max, .of = &of};
}
constexpr Shape list_of(const Shape& of, std::int64_t min, std::int64_t max) {
  return {.kind = Shape::Kind::List, .min = min, .max = max, .of = &of};
}

constexpr Shape either(const Shape& list, const Shape& map) {
  return {.kind = Shape::Kind::Either, .of = &list, .or_of = &map};
}

}  // namespace postern::config
