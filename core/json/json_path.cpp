#include "core/json/json_path.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/json/document.hpp"
#include "core/json/escape.hpp"
#include "core/json/utf8.hpp"

namespace postern::json {

namespace {

using Step = JsonPath::Step;

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// RFC 9535 section 2.5.1.1: name-first.
constexpr bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

class Compiler {
 public:
  Compiler(std::string_view text, Arena& arena) : text_(text), arena_(arena) {}

  bool run();
  [[nodiscard]] JsonPathFailure failure() const {
    return {error_, static_cast<std::uint32_t>(at_)};
  }
  [[nodiscard]] std::span<const Step> steps() const { return {steps_.data(), count_}; }

 private:
  bool fail(JsonPathError error) {
    error_ = error;
    return false;
  }
  [[nodiscard]] bool at(char c) const { return at_ < text_.size() && text_[at_] == c; }
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }

  bool dot_segment();
  bool bracket_segment();
  bool quoted_name(char quote);
  bool index();
  bool add(const Step& step);

  std::string_view text_;
  Arena& arena_;
  std::size_t at_ = 0;
  std::array<Step, JsonPath::steps_max> steps_;
  std::size_t count_ = 0;
  JsonPathError error_ = JsonPathError::Invalid;
};

bool Compiler::run() {
  if (!at('$')) return fail(JsonPathError::Invalid);
  for (++at_; at_ < text_.size();) {
    skip_blanks();
    if (at('.')) {
      if (!dot_segment()) return false;
    } else if (at('[')) {
      if (!bracket_segment()) return false;
    } else {  // something else, or blanks at the end
      return fail(JsonPathError::Invalid);
    }
  }
  return true;
}

bool Compiler::dot_segment() {
  ++at_;
  if (at('.') || at('*')) return fail(JsonPathError::NotDefinite);
  if (at_ == text_.size() || !begins_name(text_[at_])) return fail(JsonPathError::Invalid);
  const std::size_t begin = at_;
  while (at_ < text_.size() && (begins_name(text_[at_]) || is_digit(text_[at_]))) {
    const std::size_t length = utf8_sequence(text_.substr(at_));
    if (length == 0) return fail(JsonPathError::Invalid);
    at_ += length;
  }
  bool copied = false;
  const std::string_view name = arena_.copy(text_.substr(begin, at_ - begin), copied);
  return copied ? add({Step::Kind::Member, name, 0}) : fail(JsonPathError::NoMemory);
}

bool Compiler::bracket_segment() {
  ++at_;
  skip_blanks();
  if (at('*') || at('?') || at(':')) return fail(JsonPathError::NotDefinite);
  const bool selected = at('\'') || at('"') ? quoted_name(text_[at_]) : index();
  if (!selected) return false;
  skip_blanks();
  const bool slice = steps_[count_ - 1].kind == Step::Kind::Element && at(':');
  if (slice || at(',')) return fail(JsonPathError::NotDefinite);
  if (!at(']')) return fail(JsonPathError::Invalid);
  ++at_;
  return true;
}

bool Compiler::quoted_name(char quote) {
  // A name is never longer than its spelling. What it does not need is lost, a few bytes per path.
  const std::size_t room = text_.size() - at_;
  char* const memory = static_cast<char*>(arena_.take(room, 1));
  if (memory == nullptr) return fail(JsonPathError::NoMemory);
  ByteWriter name(memory, room);
  for (++at_; at_ < text_.size();) {
    const char c = text_[at_];
    if (c == quote) {
      ++at_;
      return add({Step::Kind::Member, name.written(), 0});
    }
    std::size_t length = 0;
    if (c == '\\') {
      const Escape escape = read_escape(text_.substr(at_), quote);
      if (escape.kind != Escape::Kind::Character) return fail(JsonPathError::Invalid);
      write_utf8(name, escape.code_point);
      length = escape.length;
    } else {
      length = static_cast<unsigned char>(c) < 0x20 ? 0 : utf8_sequence(text_.substr(at_));
      if (length == 0) return fail(JsonPathError::Invalid);
      name.text(text_.substr(at_, length));
    }
    at_ += length;
  }
  return fail(JsonPathError::Invalid);
}

// int = "0" / (["-"] DIGIT1 *DIGIT), within the integers that every reader knows exactly.
bool Compiler::index() {
  constexpr std::int64_t index_max = (std::int64_t{1} << 53) - 1;  // RFC 9535 section 2.1
  const bool negative = at('-');
  if (negative) ++at_;
  const std::size_t begin = at_;
  std::int64_t value = 0;
  while (at_ < text_.size() && is_digit(text_[at_])) {
    value = value * 10 + (text_[at_] - '0');
    if (value > index_max) return fail(JsonPathError::Invalid);
    ++at_;
  }
  const std::string_view digits = text_.substr(begin, at_ - begin);
  const bool zero_first = digits.starts_with('0');
  if (digits.empty() || (zero_first && (negative || digits.size() > 1))) {
    return fail(JsonPathError::Invalid);
  }
  return add({Step::Kind::Element, {}, negative ? -value : value});
}

bool Compiler::add(const Step& step) {
  if (count_ == steps_.size()) return fail(JsonPathError::TooLong);
  steps_[count_++] = step;
  return true;
}

Value element_at(const Value& array, std::int64_t index) {
  if (index < 0) index += static_cast<std::int64_t>(array.size());
  return index < 0 ? Value() : array.element(static_cast<std::size_t>(index));
}

}  // namespace

Result<JsonPath, JsonPathFailure> JsonPath::compile(std::string_view text, Arena& arena) {
  Compiler compiler(text, arena);
  if (!compiler.run()) return Failure{compiler.failure()};
  const std::span<const Step> found = compiler.steps();
  const std::span<Step> steps = arena.take_array<Step>(found.size());
  if (steps.size() != found.size()) {
    return Failure{JsonPathFailure{JsonPathError::NoMemory, 0}};
  }
  std::copy(found.begin(), found.end(), steps.begin());
  return JsonPath(steps);
}

Value JsonPath::find(const Value& root) const {
  Value value = root;
  for (const Step& step : steps_) {
    value =
        step.kind == Step::Kind::Member ? value.member(step.name) : element_at(value, step.index);
  }
  return value;
}

bool operator==(const JsonPath& a, const JsonPath& b) {
  return std::equal(a.steps_.begin(), a.steps_.end(), b.steps_.begin(), b.steps_.end(),
                    [](const Step& x, const Step& y) {
                      return x.kind == y.kind && x.name == y.name && x.index == y.index;
                    });
}

}  // namespace postern::json
