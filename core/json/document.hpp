// json: a bounded reader and writer of JSON text (RFC 8259), and paths into it.
// In: bytes from a provider, a token or the configuration. Out: values, text, a reason with its
// place.
// Never: text read beyond its length, a guess at what malformed text meant, a cJSON type outside,
// memory beyond the arena given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/arena.hpp"
#include "core/base/result.hpp"

struct cJSON;

namespace postern::json {

enum class Type : std::uint8_t {
  Absent,  ///< Nothing there: a member that does not exist, a path that leads nowhere.
  Null,
  Boolean,
  Number,
  String,
  Array,
  Object,
};

/// Why a JSON number is not the number asked for.
enum class NumberError : std::uint8_t {
  NotANumber,  ///< Another type.
  TooPrecise,  ///< Has more decimals than asked for, or an exponent.
  OutOfRange,  ///< Beyond 64 bits.
};

/// One value of a parsed document: a view that costs nothing to copy. Valid as long as the arena
/// and the text that were given to parse().
class Value {
 public:
  /// Absent.
  Value() = default;

  [[nodiscard]] Type type() const;
  [[nodiscard]] bool present() const { return node_ != nullptr; }
  [[nodiscard]] bool is(Type type) const { return this->type() == type; }

  /// REQUIRES: type() is Boolean.
  [[nodiscard]] bool boolean() const;
  /// The decoded characters in UTF-8; NUL may be among them. REQUIRES: type() is String.
  [[nodiscard]] std::string_view text() const;
  /// The number exactly as the document spells it. REQUIRES: type() is Number.
  [[nodiscard]] std::string_view number_text() const;
  /// The number as an integer; `1.0` is one, `1e3` is not taken for one. O(length of its text).
  [[nodiscard]] Result<std::int64_t, NumberError> integer() const { return fixed_point(0); }
  /// The number times ten to the power of `decimals`, exactly: 0.125 with three decimals is 125. No
  /// floating point. O(length of its text).
  [[nodiscard]] Result<std::int64_t, NumberError> fixed_point(unsigned decimals) const;

  /// The member called `name`, compared byte by byte; Absent when there is none or this is not an
  /// object. O(members).
  [[nodiscard]] Value member(std::string_view name) const;
  /// The element at `index`; Absent when there is none or this is not an array. O(index).
  [[nodiscard]] Value element(std::size_t index) const;
  /// How many elements or members; 0 for other types. O(size).
  [[nodiscard]] std::size_t size() const;

  /// The decoded name of this value in its object; empty for others.
  [[nodiscard]] std::string_view name() const;

  /// Visits elements or members in the order of the document; nothing for other types:
  /// `for (const Value element : array)`.
  class Iterator;
  [[nodiscard]] Iterator begin() const;
  [[nodiscard]] Iterator end() const;

 private:
  friend class Parser;
  explicit Value(const cJSON* node) : node_(node) {}

  const cJSON* node_ = nullptr;
};

class Value::Iterator {
 public:
  Iterator() = default;  ///< The end.
  Value operator*() const { return Value(node_); }
  Iterator& operator++();
  friend bool operator==(const Iterator&, const Iterator&) = default;

 private:
  friend class Value;
  explicit Iterator(const cJSON* node) : node_(node) {}
  const cJSON* node_ = nullptr;
};

/// Why a text is refused.
enum class ParseError : std::uint8_t {
  TooLong,        ///< More than `text_bytes_max`.
  TooDeep,        ///< More than `depth_max` arrays and objects inside each other.
  TooManyValues,  ///< More than `values_max` values, containers included.
  Syntax,         ///< Not RFC 8259: grammar, number form, escape, unescaped control character.
  Truncated,      ///< Well-formed as far as it goes.
  TrailingBytes,  ///< Something other than white space after the value.
  Utf8,           ///< Not UTF-8 (RFC 3629): overlong, surrogate, beyond U+10FFFF, or cut off.
  Surrogate,      ///< A \u escape that is half of a pair: no character, and not writable as UTF-8.
  Duplicate,      ///< A member name twice in one object. Readers differ in which one they believe.
  NoMemory,       ///< The arena is used up.
};

/// Short sentence fragment for people, such as "a member name stands twice in one object".
std::string_view describe(ParseError error);

struct ParseFailure {
  ParseError error = ParseError::Syntax;
  std::uint32_t offset = 0;  ///< Bytes from the start of the text to where it was noticed.
};

/// Line and column of an offset, both from 1; columns count bytes. O(offset).
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};
Position position_of(std::string_view text, std::size_t offset);

struct ParseLimits {
  /// Ceiling of `depth_max`.
  static constexpr std::size_t depth_ceiling = 64;

  std::size_t text_bytes_max = 64 * 1024;
  std::size_t depth_max = 32;
  std::size_t values_max = 8192;
};

/// What cJSON takes for a value: five pointers, three numbers, and what aligns them.
inline constexpr std::size_t node_bytes = sizeof(void*) == 8 ? 64 : 40;

/// Arena bytes that parse() takes at most for a text within `limits`.
constexpr std::size_t parse_arena_bytes(const ParseLimits& limits) {
  // A value takes at least two bytes of text, itself and a comma.
  const std::size_t possible = limits.text_bytes_max / 2 + 1;
  const std::size_t values = possible < limits.values_max ? possible : limits.values_max;
  // Per value a node, an entry for the sorted members, the padding of both, and the NULs after its
  // name and text; the working copy and the decoded strings are no longer than the text.
  constexpr std::size_t bytes_per_value = node_bytes + 8 + 2 * sizeof(void*) + 2;
  return 2 * limits.text_bytes_max + values * bytes_per_value + limits.depth_max * 8 + 64;
}

/// Reads the one JSON value that `text` is, with white space around it. `text` is bytes and a
/// length: it may hold NUL and need not end in one. Member names are unique per object, by their
/// decoded form. O(length of `text`), no recursion beyond `depth_max`. What was taken from the
/// arena stays taken, also on failure. `text` must outlive the values (number_text() points
/// into it).
Result<Value, ParseFailure> parse(std::string_view text, Arena& arena,
                                  const ParseLimits& limits = {});

}  // namespace postern::json
