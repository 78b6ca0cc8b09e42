// `postern import`: the lines of the reference's connector become a configuration file.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>

#include "firmware/linux/commands.hpp"
#include "firmware/linux/import/import.hpp"
#include "firmware/linux/import/lines.hpp"

namespace postern::firmware {
namespace {

// FILE:LINE: NAME: why; remedy
void print(const std::string& file, const importer::Note& note) {
  std::string line = file;
  if (note.where.line != 0) line += ":" + std::to_string(note.where.line);
  line += ": ";
  if (!note.where.name.empty()) line += note.where.name + ": ";
  line += note.why + "; " + note.remedy + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

// At most one byte more than may be, so that "too long" can be seen.
std::optional<std::string> read_text(const std::string& file) {
  const auto close = [](std::FILE* it) { std::fclose(it); };
  const std::unique_ptr<std::FILE, decltype(close)> opened(std::fopen(file.c_str(), "re"), close);
  std::string text(importer::text_bytes_max + 1, '\0');
  if (opened != nullptr) {
    text.resize(std::fread(text.data(), 1, text.size(), opened.get()));
    if (std::ferror(opened.get()) == 0) return text;
  }
  std::fprintf(stderr, "%s: cannot be read: %s\n", file.c_str(), std::strerror(errno));
  return {};
}

}  // namespace

int import_connector(const std::string& file) {
  const auto text = read_text(file);
  if (!text) return exit_refused;
  const importer::Outcome outcome = importer::import_connector(*text);
  for (const importer::Note& note : outcome.notes) print(file, note);
  if (outcome.json.empty()) return exit_refused;
  std::fwrite(outcome.json.data(), 1, outcome.json.size(), stdout);
  return outcome.notes.empty() ? exit_well : exit_partly;
}

}  // namespace postern::firmware
