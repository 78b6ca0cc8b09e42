#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/json/json_path.hpp"
#include "core/json/writer.hpp"
#include "firmware/linux/import/configuration.hpp"
#include "firmware/linux/import/find_connector.hpp"
#include "firmware/linux/import/lines.hpp"
#include "firmware/linux/import/translate.hpp"
#include "tests/unit/json/parsed.hpp"

namespace postern::importer::test {

/// "LINE NAME: why", one line per note.
inline std::string lines_of(const Notes& notes) {
  std::string text;
  for (const Note& note : notes) {
    text += std::to_string(note.where.line) + " " + note.where.name + ": " + note.why + "\n";
  }
  return text;
}

/// A connector's lines as a configuration, before the loader has looked at it.
class Translated {
 public:
  explicit Translated(std::string_view text) {
    auto found = find_connector(read_lines(text, notes_), notes_);
    if (!found) return;
    written_ = write_configuration(translate(std::move(*found), notes_)).written();
    json_.emplace(written_);
  }

  [[nodiscard]] bool found() const { return json_.has_value(); }
  [[nodiscard]] const std::string& written() const { return written_; }
  [[nodiscard]] std::string notes() const { return lines_of(notes_); }

  /// What stands at `path`, as compact JSON; "" for nothing.
  [[nodiscard]] std::string at(std::string_view path) const {
    if (!json_ || !json_->ok()) return "no JSON";
    std::vector<std::byte> memory(4096);
    Arena arena(memory);
    const json::Value value = json::JsonPath::compile(path, arena)->find(json_->root());
    if (!value.present()) return "";
    std::string text(written_.size() * 6 + 16, '\0');
    ByteWriter out(text);
    json::write_value(out, value);
    return std::string(out.written());
  }
  /// The same, of the endpoint.
  [[nodiscard]] std::string endpoint(const std::string& path) const {
    return at("$.endpoints[0]." + path);
  }

 private:
  Notes notes_;
  std::string written_;
  std::optional<json::Parsed> json_;
};

}  // namespace postern::importer::test
