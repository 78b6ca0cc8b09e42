#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/arena.hpp"
#include "core/base/result.hpp"

namespace postern::json {

class Value;

/// Why a text is not a path that this gateway evaluates.
enum class JsonPathError : std::uint8_t {
  Invalid,      ///< Not a JSONPath query (RFC 9535).
  NotDefinite,  ///< Begins a wildcard, slice, union, filter or descendant, which may select several
                ///< values; a header or a rule needs one. What follows is not looked at.
  TooLong,      ///< More than `steps_max` segments.
  NoMemory,     ///< The arena is used up.
};

/// Where a compile error was noticed.
struct JsonPathFailure {
  JsonPathError error = JsonPathError::Invalid;
  std::uint32_t offset = 0;  ///< Bytes from the start of the text.
};

/// A definite JSONPath (RFC 9535 section 2.1.2, "singular query": `$`, `.name`, `['name']`,
/// `["name"]`, `[n]`, `[-n]`), compiled once. A view: copies share the steps in the arena given to
/// compile().
class JsonPath {
 public:
  static constexpr std::size_t steps_max = 16;

  /// One segment: a member's decoded name, or an element's index (negative: from the end).
  struct Step {
    enum class Kind : std::uint8_t { Member, Element };
    Kind kind = Kind::Member;
    std::string_view name;
    std::int64_t index = 0;
  };

  JsonPath() = default;

  /// O(length of `text`). The result lives as long as the arena and does not refer to `text`.
  static Result<JsonPath, JsonPathFailure> compile(std::string_view text, Arena& arena);

  /// The value this path leads to in `root`; Absent when there is none. O(steps x members).
  [[nodiscard]] Value find(const Value& root) const;

  [[nodiscard]] std::span<const Step> steps() const { return steps_; }
  /// Same steps, however they were spelled: `$.a` and `$['a']` are one claim.
  friend bool operator==(const JsonPath& a, const JsonPath& b);

 private:
  explicit JsonPath(std::span<const Step> steps) : steps_(steps) {}

  std::span<const Step> steps_;
};

}  // namespace postern::json
