#include "firmware/linux/import/json_text.hpp"

#include "core/base/bytes.hpp"
#include "core/json/writer.hpp"

namespace postern::importer {

const Source* Origins::find(std::string_view pointer) const {
  const Source* nearest = nullptr;
  std::size_t length = 0;
  for (const auto& [place, source] : all_) {
    const bool around = pointer.starts_with(place) &&
                        (pointer.size() == place.size() || pointer[place.size()] == '/');
    if (!around || (nearest != nullptr && place.size() < length)) continue;
    nearest = &source;
    length = place.size();
  }
  return nearest;
}

void JsonText::begin(std::string_view name, char opening, Layout layout) {
  lead(name);
  text_ += opening;
  open_.push_back({opening == '{' ? '}' : ']', layout, 0, pointer_});
}

void JsonText::end() {
  const Level level = std::move(open_.back());
  open_.pop_back();
  if (level.count != 0) {
    if (level.layout == Layout::Lines) new_line();
    if (level.layout == Layout::OneLine) text_ += ' ';
  }
  text_ += level.closing;
  if (open_.empty()) text_ += '\n';
}

void JsonText::text(std::string_view name, std::string_view value) {
  lead(name);
  quoted(value);
}

void JsonText::number(std::string_view name, std::uint64_t value) {
  lead(name);
  text_ += std::to_string(value);
}

void JsonText::boolean(std::string_view name, bool value) {
  lead(name);
  text_ += value ? "true" : "false";
}

void JsonText::lead(std::string_view name) {
  if (open_.empty()) return;
  Level& level = open_.back();
  if (level.count != 0) text_ += ',';
  if (level.layout == Layout::Lines) {
    new_line();
  } else {
    text_ += ' ';
  }
  pointer_ = level.pointer + "/";
  if (level.closing == ']') {
    pointer_ += std::to_string(level.count);
  } else {
    quoted(name);
    text_ += ": ";
    for (const char c : name) {  // RFC 6901 section 3
      if (c == '~' || c == '/') {
        pointer_ += c == '~' ? "~0" : "~1";
      } else {
        pointer_ += c;
      }
    }
  }
  ++level.count;
}

void JsonText::new_line() {
  text_ += '\n';
  text_.append(2 * open_.size(), ' ');
}

void JsonText::quoted(std::string_view value) {
  std::string memory(6 * value.size() + 2, '\0');
  ByteWriter out(memory);
  json::write_string(out, value);
  text_ += out.written();
}

}  // namespace postern::importer
