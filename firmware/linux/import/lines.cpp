#include "firmware/linux/import/lines.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <variant>

#include "core/base/bytes.hpp"
#include "core/json/utf8.hpp"
#include "firmware/linux/import/fields.hpp"

namespace postern::importer {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Counts brackets as they come; those in quotation marks do not count.
class Brackets {
 public:
  void take(std::string_view text) {
    for (const char c : text) take(c);
  }
  [[nodiscard]] bool is_open() const { return depth_ > 0; }

 private:
  void take(char c) {
    if (quoted_) {
      if (!escaped_ && c == '"') quoted_ = false;
      escaped_ = !escaped_ && c == '\\';
      return;
    }
    if (c == '"') quoted_ = true;
    if (c == '{' || c == '[') ++depth_;
    if (c == '}' || c == ']') --depth_;
  }

  int depth_ = 0;
  bool quoted_ = false;
  bool escaped_ = false;
};

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(without_blanks(line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// Where the name ends. It is the first colon, but for the match policy of a claim whose own name
// has one, as https://plant.example/rolesMatchPolicy:matchall.
std::size_t end_of_name(std::string_view line) {
  constexpr std::string_view policy = "MatchPolicy";
  const std::size_t first = line.find(':');
  const std::size_t at = line.find(policy);
  if (first == std::string_view::npos || at == std::string_view::npos || at < first) return first;
  const std::size_t colon = line.find_first_not_of(" \t", at + policy.size());
  if (colon == std::string_view::npos || line[colon] != ':') return first;
  return line.substr(0, at).find_first_of(" \t\"{") == std::string_view::npos ? colon : first;
}

bool opens(std::string_view value) { return value.starts_with('{') || value.starts_with('['); }

// Reads the value that begins in `lines[at]` as `first`, with the lines it goes on over; `at` moves
// to the last of them.
void read_value(const std::vector<std::string_view>& lines, std::size_t& at, std::string_view first,
                Entry& entry) {
  std::size_t last = at;
  entry.value = first;
  if (first.empty() && last + 1 < lines.size() && opens(lines[last + 1])) {
    entry.value = lines[++last];
  }
  entry.value_line = last + 1;
  if (!opens(entry.value)) return;
  Brackets brackets;
  brackets.take(entry.value);
  const std::size_t end = std::min(lines.size(), at + value_lines_max);
  while (brackets.is_open() && last + 1 < end) {
    const std::string_view more = lines[++last];
    brackets.take("\n");
    brackets.take(more);
    entry.value += '\n';
    entry.value += more;
  }
  if (!brackets.is_open()) {
    at = last;
    return;
  }
  entry.value = first;
  entry.value_line = at + 1;
}

// The entries so far. A name counts once.
class Entries {
 public:
  explicit Entries(Notes& notes) : notes_(notes) {}

  void add(Entry entry) {
    const auto [first, is_new] = lines_.emplace(entry.source.name, entry.source.line);
    if (is_new) {
      all_.push_back(std::move(entry));
      return;
    }
    notes_.push_back(
        {entry.source,
         "stands twice; the one in line " + std::to_string(first->second) + " was taken",
         "take one of them out"});
  }
  std::vector<Entry> take() { return std::move(all_); }

 private:
  Notes& notes_;
  std::vector<Entry> all_;
  std::unordered_map<std::string, std::size_t> lines_;
};

// The whole text is one object. A value that is an object where the API has a string holding one
// is not read.
std::vector<Entry> read_map(std::string_view text, Notes& notes) {
  const FieldsOrProblem read = read_fields(text);
  if (const auto* problem = std::get_if<std::string_view>(&read)) {
    notes.push_back({{1, "object"}, std::string(*problem), "write one NAME:VALUE in each line"});
    return {};
  }
  Entries entries(notes);
  for (const Field& field : std::get<std::vector<Field>>(read)) {
    Entry entry{{field.line, field.name}, field.text, field.line};
    std::replace(entry.value.begin(), entry.value.end(), '\n', ' ');
    if (field.is_object) {
      notes.push_back({entry.source, "is an object, not a string that holds one",
                       "write it as NAME:VALUE in a line of its own"});
      continue;
    }
    entries.add(std::move(entry));
  }
  return entries.take();
}

}  // namespace

std::optional<Note> why_unusable(std::string_view text) {
  if (text.size() > text_bytes_max) {
    return Note{{}, "is longer than 64 KiB", "import one connector at a time"};
  }
  std::size_t line = 1;
  while (!text.empty()) {
    const char c = text.front();
    const std::size_t length = json::utf8_sequence(text);
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    if (length == 0 || (control && c != '\t' && c != '\r' && c != '\n')) {
      return Note{{line, {}}, "is not UTF-8 text", "save it as a text file"};
    }
    if (c == '\n') ++line;
    if (line > lines_max) {
      return Note{{line, {}},
                  "is longer than " + std::to_string(lines_max) + " lines",
                  "import one connector at a time"};
    }
    text.remove_prefix(length);
  }
  return {};
}

std::vector<Entry> read_lines(std::string_view text, Notes& notes) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin != std::string_view::npos && text[begin] == '{') return read_map(text, notes);
  const std::vector<std::string_view> lines = split_lines(text);
  Entries entries(notes);
  for (std::size_t at = 0; at < lines.size(); ++at) {
    const std::string_view line = lines[at];
    const std::size_t number = at + 1;
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t colon = end_of_name(line);
    const std::string_view name =
        without_blanks(line.substr(0, colon == std::string_view::npos ? 0 : colon));
    if (name.empty()) {
      notes.push_back({{number, "line"},
                       "is not NAME:VALUE, so that the reference does not read it either",
                       "take it out, or write the name in front of it"});
      continue;
    }
    Entry entry{{number, std::string(name)}, {}, number};
    read_value(lines, at, without_blanks(line.substr(colon + 1)), entry);
    entries.add(std::move(entry));
  }
  return entries.take();
}

}  // namespace postern::importer
