#include "firmware/linux/import/fields.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/json/escape.hpp"

namespace postern::importer {
namespace {

constexpr std::string_view blanks = " \t\r\n";

class FieldReader {
 public:
  FieldReader(std::string_view text, std::size_t first_line) : rest_(text), line_(first_line) {}

  // False: problem() says why.
  bool run(std::vector<Field>& fields);
  [[nodiscard]] std::string_view problem() const { return problem_; }

 private:
  bool fail(std::string_view problem) {
    problem_ = problem;
    return false;
  }
  [[nodiscard]] bool at(char c) const { return rest_.starts_with(c); }
  // Lines end nowhere else: neither in a name nor in a text.
  void skip_blanks() {
    const std::size_t count = std::min(rest_.find_first_not_of(blanks), rest_.size());
    line_ += static_cast<std::size_t>(std::count(rest_.begin(), rest_.begin() + count, '\n'));
    rest_.remove_prefix(count);
  }
  std::string take(std::size_t count) {
    std::string taken(rest_.substr(0, count));
    rest_.remove_prefix(count);
    return taken;
  }

  bool member(std::vector<Field>& siblings);
  std::optional<std::string> read_name();
  std::optional<std::string> quoted();
  std::optional<std::string> bare_word();
  [[nodiscard]] bool comma_separates(std::size_t comma) const;

  std::string_view rest_;
  std::size_t line_;
  std::size_t count_ = 0;
  std::string_view problem_;
};

bool FieldReader::run(std::vector<Field>& fields) {
  skip_blanks();
  if (!at('{')) return fail("is not an object in braces");
  rest_.remove_prefix(1);
  // The objects around the place where we are. Only the innermost one grows, so that pointers to
  // the outer ones stay good.
  std::vector<std::vector<Field>*> open{&fields};
  while (!open.empty()) {
    skip_blanks();
    if (at(',')) rest_.remove_prefix(1);
    skip_blanks();
    if (rest_.empty()) return fail("is not closed");
    if (at('}')) {
      rest_.remove_prefix(1);
      open.pop_back();
      continue;
    }
    if (++count_ > fields_max) return fail("has too many members");
    if (!member(*open.back())) return false;
    Field& field = open.back()->back();
    if (!field.is_object) continue;
    if (open.size() == fields_depth_max) return fail("has too many braces inside each other");
    open.push_back(&field.fields);
  }
  skip_blanks();
  return rest_.empty() || fail("goes on after its closing brace");
}

// A name, a colon, and a text or the opening brace of an object.
bool FieldReader::member(std::vector<Field>& siblings) {
  Field field;
  field.line = line_;
  auto name = read_name();
  if (!name) return false;
  field.name = std::move(*name);
  for (const Field& sibling : siblings) {
    if (sibling.name == field.name) return fail("has a name twice");
  }
  skip_blanks();
  if (!at(':')) return fail("has a name without a colon behind it");
  rest_.remove_prefix(1);
  skip_blanks();
  if (rest_.starts_with("[\"") || rest_.starts_with("[]")) {
    return fail("has a list where a text should be");
  }
  field.is_object = at('{');
  if (field.is_object) {
    rest_.remove_prefix(1);
  } else {
    auto text = at('"') ? quoted() : bare_word();
    if (!text) return false;
    field.text = std::move(*text);
  }
  siblings.push_back(std::move(field));
  return true;
}

std::optional<std::string> FieldReader::read_name() {
  if (at('"')) return quoted();
  const std::size_t end = std::min(rest_.find_first_of(" \t\r\n:,{}[]\""), rest_.size());
  if (end != 0) return take(end);
  fail("has something else where a name should be");
  return {};
}

std::optional<std::string> FieldReader::quoted() {
  std::string text;
  for (rest_.remove_prefix(1); !rest_.empty();) {
    const char c = rest_.front();
    if (c == '"') {
      rest_.remove_prefix(1);
      return text;
    }
    std::size_t length = 1;
    if (c == '\\') {
      const json::Escape escape = json::read_escape(rest_);
      if (escape.kind != json::Escape::Kind::Character) break;
      std::array<char, 4> memory;
      ByteWriter character(memory);
      json::write_utf8(character, escape.code_point);
      text += character.written();
      length = escape.length;
    } else if (c == '\n') {
      break;
    } else {
      text += c;
    }
    rest_.remove_prefix(length);
  }
  fail("has a string that is not JSON");
  return {};
}

std::optional<std::string> FieldReader::bare_word() {
  std::size_t end = 0;
  while (end < rest_.size()) {
    const char c = rest_[end];
    if (c == '{') {
      fail("has a brace inside a value");
      return {};
    }
    if (c == '}' || blanks.find(c) != std::string_view::npos) break;
    if (c == ',' && comma_separates(end)) break;
    ++end;
  }
  return take(end);
}

// Commas stand in URLs, too: one separates members when the next one follows it, or the end.
bool FieldReader::comma_separates(std::size_t comma) const {
  std::string_view next = rest_.substr(comma + 1);
  next.remove_prefix(std::min(next.find_first_not_of(blanks), next.size()));
  if (next.empty() || next.starts_with('"') || next.starts_with('}')) return true;
  const std::size_t end = next.find_first_of(" \t\r\n:,{}[]\"");
  if (end == 0 || end == std::string_view::npos) return false;
  const std::size_t colon = next.find_first_not_of(" \t", end);
  return colon != std::string_view::npos && next[colon] == ':';
}

}  // namespace

FieldsOrProblem read_fields(std::string_view text, std::size_t first_line) {
  std::vector<Field> fields;
  FieldReader reader(text, first_line);
  if (!reader.run(fields)) return reader.problem();
  return fields;
}

}  // namespace postern::importer
