#include "firmware/linux/import/lines.hpp"

#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/json/utf8.hpp"

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
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
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

// The value that begins in `lines[at]` as `first`, with the lines it goes on over; `at` moves to
// the last of them.
std::string whole_value(const std::vector<std::string_view>& lines, std::size_t& at,
                        std::string_view first) {
  std::string value(first);
  std::size_t last = at;
  if (first.empty() && last + 1 < lines.size() && opens(lines[last + 1])) value = lines[++last];
  if (!opens(value)) return value;
  Brackets brackets;
  brackets.take(value);
  const std::size_t end = std::min(lines.size(), at + value_lines_max);
  while (brackets.is_open() && last + 1 < end) {
    const std::string_view more = lines[++last];
    brackets.take(more);
    brackets.take("\n");
    value += '\n';
    value += more;
  }
  if (brackets.is_open()) return std::string(first);
  at = last;
  return value;
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
  const std::vector<std::string_view> lines = split_lines(text);
  std::vector<Entry> entries;
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
    Entry entry{{number, std::string(name)}, {}};
    entry.value = whole_value(lines, at, without_blanks(line.substr(colon + 1)));
    const auto same = std::find_if(entries.begin(), entries.end(), [&](const Entry& other) {
      return other.source.name == entry.source.name;
    });
    if (same == entries.end()) {
      entries.push_back(std::move(entry));
      continue;
    }
    notes.push_back(
        {entry.source,
         "stands twice; the one in line " + std::to_string(same->source.line) + " was taken",
         "take one of them out"});
  }
  return entries;
}

}  // namespace postern::importer
