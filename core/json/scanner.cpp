#include "core/json/scanner.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "core/base/assert.hpp"
#include "core/json/escape.hpp"
#include "core/json/utf8.hpp"

namespace postern::json {

namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Scanner {
 public:
  Scanner(std::string_view text, const ParseLimits& limits, std::span<char> shadow)
      : text_(text), limits_(limits), shadow_(shadow) {}

  /// False: error() and offset() say why.
  bool run();
  [[nodiscard]] ParseFailure failure() const { return {error_, static_cast<std::uint32_t>(at_)}; }

 private:
  /// What the grammar allows next.
  enum class Expect : std::uint8_t {
    Value,
    ValueOrEnd,  ///< After '['
    Name,
    NameOrEnd,  ///< After '{'
    Colon,
    CommaOrEnd,
    Nothing,
  };

  bool fail(ParseError error) {
    error_ = error;
    return false;
  }
  /// At the end of the text it is cut off, elsewhere it is something that must not stand there.
  bool fail_here() { return fail(at_ < text_.size() ? ParseError::Syntax : ParseError::Truncated); }

  bool token();
  bool value();
  bool open(bool object);
  bool close(bool object);
  bool comma();
  bool string();
  bool escape();
  bool literal(std::string_view word);
  bool number();
  bool digits();

  [[nodiscard]] bool in_object() const { return (objects_ >> (depth_ - 1) & 1) != 0; }
  void after_value() { expect_ = depth_ == 0 ? Expect::Nothing : Expect::CommaOrEnd; }

  std::string_view text_;
  const ParseLimits& limits_;
  std::span<char> shadow_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t values_ = 0;
  std::uint64_t objects_ = 0;  ///< Bit d: the container at depth d + 1 is an object.
  Expect expect_ = Expect::Value;
  ParseError error_ = ParseError::Syntax;
};
static_assert(ParseLimits::depth_ceiling <= 64, "one bit of objects_ per level");

bool Scanner::run() {
  for (;;) {
    while (at_ < text_.size() && is_white_space(text_[at_])) ++at_;
    if (at_ == text_.size()) return expect_ == Expect::Nothing || fail(ParseError::Truncated);
    if (!token()) return false;
  }
}

bool Scanner::token() {
  const char c = text_[at_];
  switch (expect_) {
    case Expect::ValueOrEnd:
      if (c == ']') return close(false);
      return value();
    case Expect::Value:
      return value();
    case Expect::NameOrEnd:
      if (c == '}') return close(true);
      [[fallthrough]];
    case Expect::Name:
      if (c != '"') return fail(ParseError::Syntax);
      expect_ = Expect::Colon;
      return string();
    case Expect::Colon:
      if (c != ':') return fail(ParseError::Syntax);
      ++at_;
      expect_ = Expect::Value;
      return true;
    case Expect::CommaOrEnd:
      if (c == ',') return comma();
      if (c == ']') return close(false);
      if (c == '}') return close(true);
      return fail(ParseError::Syntax);
    case Expect::Nothing:
      return fail(ParseError::TrailingBytes);
  }
  return fail(ParseError::Syntax);
}

bool Scanner::value() {
  if (++values_ > limits_.values_max) return fail(ParseError::TooManyValues);
  switch (text_[at_]) {
    case '{':
      return open(true);
    case '[':
      return open(false);
    case '"':
      after_value();
      return string();
    case 't':
      after_value();
      return literal("true");
    case 'f':
      after_value();
      return literal("false");
    case 'n':
      after_value();
      return literal("null");
    default:
      after_value();
      return number();
  }
}

bool Scanner::open(bool object) {
  if (depth_ == std::min(limits_.depth_max, ParseLimits::depth_ceiling)) {
    return fail(ParseError::TooDeep);
  }
  const std::uint64_t bit = std::uint64_t{1} << depth_;
  objects_ = object ? objects_ | bit : objects_ & ~bit;
  ++depth_;
  ++at_;
  expect_ = object ? Expect::NameOrEnd : Expect::ValueOrEnd;
  return true;
}

bool Scanner::close(bool object) {
  if (in_object() != object) return fail(ParseError::Syntax);
  --depth_;
  ++at_;
  after_value();
  return true;
}

bool Scanner::comma() {
  ++at_;
  expect_ = in_object() ? Expect::Name : Expect::Value;
  return true;
}

bool Scanner::string() {
  for (++at_; at_ < text_.size();) {
    const char c = text_[at_];
    if (c == '"') {
      ++at_;
      return true;
    }
    if (c == '\\') {
      if (!escape()) return false;
      continue;
    }
    if (static_cast<unsigned char>(c) < 0x20) return fail(ParseError::Syntax);
    const std::size_t length = utf8_sequence(text_.substr(at_));
    if (length == 0) return fail(ParseError::Utf8);
    at_ += length;
  }
  return fail(ParseError::Truncated);
}

bool Scanner::escape() {
  const Escape escape = read_escape(text_.substr(at_));
  switch (escape.kind) {
    case Escape::Kind::Character:
      at_ += escape.length;
      return true;
    case Escape::Kind::CutOff:
      at_ = text_.size();
      return fail(ParseError::Truncated);
    case Escape::Kind::Unknown:
      at_ += escape.length;
      return fail(ParseError::Syntax);
    case Escape::Kind::Surrogate:
      return fail(ParseError::Surrogate);
  }
  return fail(ParseError::Syntax);
}

bool Scanner::literal(std::string_view word) {
  for (const char c : word) {
    if (at_ == text_.size() || text_[at_] != c) return fail_here();
    ++at_;
  }
  return true;
}

// [ "-" ] ( "0" / digit1-9 *digit ) [ "." 1*digit ] [ ( "e" / "E" ) [ "+" / "-" ] 1*digit ]
bool Scanner::number() {
  const std::size_t begin = at_;
  const auto at = [this](char c) { return at_ < text_.size() && text_[at_] == c; };
  if (at('-')) ++at_;
  if (at('0')) {
    ++at_;
  } else if (!digits()) {
    return false;
  }
  if (at('.')) {
    ++at_;
    if (!digits()) return false;
  }
  if (at('e') || at('E')) {
    ++at_;
    if (at('+') || at('-')) ++at_;
    if (!digits()) return false;
  }
  std::memset(shadow_.data() + begin, ' ', at_ - begin);
  shadow_[begin] = '0';
  return true;
}

bool Scanner::digits() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
  return at_ > begin || fail_here();
}

}  // namespace

std::optional<ParseFailure> scan(std::string_view text, const ParseLimits& limits,
                                 std::span<char> shadow) {
  POSTERN_ASSERT(shadow.size() == text.size());
  if (!text.empty()) std::memcpy(shadow.data(), text.data(), text.size());
  Scanner scanner(text, limits, shadow);
  if (!scanner.run()) return scanner.failure();
  return std::nullopt;
}

}  // namespace postern::json
