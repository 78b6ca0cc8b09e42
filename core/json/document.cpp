#include "core/json/document.hpp"

#include <cjson/cJSON.h>
#include <cjson/cjson_config.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <span>

#include "core/base/threads.hpp"
#include "core/json/labels.hpp"
#include "core/json/scanner.hpp"

namespace postern::json {

namespace {

static_assert(sizeof(cJSON) == node_bytes);

// cJSON asks for memory without saying for whom: for the thread that parses. (It also writes a
// process-wide error position, which nobody reads.)
POSTERN_THREAD_LOCAL Arena* current_arena = nullptr;

}  // namespace

/// The one door from text to values.
class Parser {
 public:
  static Result<Value, ParseFailure> parse(std::string_view text, Arena& arena,
                                           const ParseLimits& limits);
};

Result<Value, ParseFailure> Parser::parse(std::string_view text, Arena& arena,
                                          const ParseLimits& limits) {
  const auto fail = [](ParseError error, std::size_t offset = 0) {
    return Failure{ParseFailure{error, static_cast<std::uint32_t>(offset)}};
  };
  if (text.size() > std::min<std::size_t>(limits.text_bytes_max, UINT32_MAX)) {
    return fail(ParseError::TooLong);
  }
  if (text.empty()) return fail(ParseError::Truncated);
  char* const memory = static_cast<char*>(arena.take(text.size(), 1));
  if (memory == nullptr) return fail(ParseError::NoMemory);
  const std::span<char> shadow{memory, text.size()};
  if (const auto failure = scan(text, limits, shadow)) return Failure{*failure};

  current_arena = &arena;
  cJSON* root = cJSON_ParseWithLengthOpts(shadow.data(), shadow.size(), nullptr, 0);
  current_arena = nullptr;
  // The scanner lets nothing pass that cJSON does not understand, so only memory can be missing.
  if (root == nullptr) return fail(ParseError::NoMemory);

  const LabelResult labels = label(*root, text, arena);
  switch (labels.outcome) {
    case LabelResult::Outcome::Labelled:
      return Value(root);
    case LabelResult::Outcome::Duplicate:
      return fail(ParseError::Duplicate, labels.offset);
    case LabelResult::Outcome::NoMemory:
      return fail(ParseError::NoMemory);
  }
  return fail(ParseError::Syntax);
}

Result<Value, ParseFailure> parse(std::string_view text, Arena& arena, const ParseLimits& limits) {
  return Parser::parse(text, arena, limits);
}

std::string_view describe(ParseError error) {
  switch (error) {
    case ParseError::TooLong:
      return "the text is too long";
    case ParseError::TooDeep:
      return "arrays and objects are nested too deeply";
    case ParseError::TooManyValues:
      return "there are too many values";
    case ParseError::Syntax:
      return "this is not JSON";
    case ParseError::Truncated:
      return "the text ends too early";
    case ParseError::TrailingBytes:
      return "something stands after the end of the value";
    case ParseError::Utf8:
      return "this is not UTF-8";
    case ParseError::Surrogate:
      return "a \\u escape is half of a surrogate pair";
    case ParseError::Duplicate:
      return "a member name stands twice in one object";
    case ParseError::NoMemory:
      return "there is no memory left for it";
  }
  return {};
}

Position position_of(std::string_view text, std::size_t offset) {
  Position position;
  for (const char c : text.substr(0, std::min(offset, text.size()))) {
    if (c == '\n') {
      ++position.line;
      position.column = 1;
    } else {
      ++position.column;
    }
  }
  return position;
}

Type Value::type() const {
  if (node_ == nullptr) return Type::Absent;
  switch (node_->type & 0xFF) {
    case cJSON_NULL:
      return Type::Null;
    case cJSON_False:
    case cJSON_True:
      return Type::Boolean;
    case cJSON_Number:
      return Type::Number;
    case cJSON_String:
      return Type::String;
    case cJSON_Array:
      return Type::Array;
    case cJSON_Object:
      return Type::Object;
    default:
      POSTERN_ASSERT(false);
      return Type::Absent;
  }
}

bool Value::boolean() const {
  POSTERN_ASSERT(is(Type::Boolean));
  return (node_->type & 0xFF) == cJSON_True;
}

std::string_view Value::text() const {
  POSTERN_ASSERT(is(Type::String));
  return label_text(*node_);
}

std::string_view Value::number_text() const {
  POSTERN_ASSERT(is(Type::Number));
  return label_text(*node_);
}

std::string_view Value::name() const { return node_ == nullptr ? "" : label_name(*node_); }

Result<std::int64_t, NumberError> Value::fixed_point(unsigned decimals) const {
  if (!is(Type::Number)) return Failure{NumberError::NotANumber};
  std::string_view text = number_text();
  const bool negative = text.front() == '-';
  if (negative) text.remove_prefix(1);
  std::int64_t value = 0;
  bool in_fraction = false;
  bool in_range = true;
  const auto append = [&](int digit) {  // towards -2^63, which has no positive counterpart
    constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
    in_range = in_range && value >= (lowest + digit) / 10;
    if (in_range) value = value * 10 - digit;
  };
  for (const char c : text) {
    if (c == '.') {
      in_fraction = true;
    } else if (c >= '0' && c <= '9' && (!in_fraction || decimals > 0)) {
      append(c - '0');
      if (in_fraction) --decimals;
    } else if (c != '0') {
      return Failure{NumberError::TooPrecise};  // one decimal too many, or an exponent
    }
  }
  for (; decimals > 0; --decimals) append(0);
  if (!negative && value == std::numeric_limits<std::int64_t>::min()) in_range = false;
  if (!in_range) return Failure{NumberError::OutOfRange};
  return negative ? value : -value;
}

Value Value::member(std::string_view name) const {
  if (!is(Type::Object)) return {};
  for (const Value member : *this) {
    if (member.name() == name) return member;
  }
  return {};
}

Value Value::element(std::size_t index) const {
  if (!is(Type::Array)) return {};
  const cJSON* node = node_->child;
  while (node != nullptr && index > 0) {
    node = node->next;
    --index;
  }
  return Value(node);
}

std::size_t Value::size() const {
  std::size_t count = 0;
  for (Iterator at = begin(); at != end(); ++at) ++count;
  return count;
}

Value::Iterator Value::begin() const { return Iterator(node_ == nullptr ? nullptr : node_->child); }
Value::Iterator Value::end() const { return Iterator(nullptr); }

Value::Iterator& Value::Iterator::operator++() {
  node_ = node_->next;
  return *this;
}

}  // namespace postern::json

void* postern_json_take(std::size_t byte_count) {
  // Strings, the other thing cJSON asks for, need no alignment.
  const std::size_t alignment = byte_count == sizeof(cJSON) ? alignof(cJSON) : 1;
  return postern::json::current_arena->take(byte_count, alignment);
}
void postern_json_give_back(void*) {}
