// Pre-input lines of the reference's connectors: whatever they are, an import gives JSON or says
// why not, its notes are lines that a person can act on, and none of them means that the file
// loads.
#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "core/json/document.hpp"
#include "firmware/linux/import/import.hpp"
#include "firmware/linux/import/lines.hpp"
#include "tests/fuzz/check.hpp"

namespace {

using namespace postern;  // NOLINT(google-build-using-namespace): the file is its own only user

constexpr json::ParseLimits limits{
    .text_bytes_max = 4 * 1024 * 1024, .depth_max = 16, .values_max = 1024 * 1024};

void check_notes(const importer::Notes& notes, std::string_view input) {
  const auto lines = static_cast<std::size_t>(std::count(input.begin(), input.end(), '\n')) + 1;
  std::size_t line = 0;
  for (const importer::Note& note : notes) {
    fuzz::check(!note.why.empty() && !note.remedy.empty(), "a note says why and what to do");
    fuzz::check(note.where.line >= line && note.where.line <= lines, "notes stand in order");
    line = note.where.line;
    for (const std::string* text : {&note.where.name, &note.why, &note.remedy}) {
      fuzz::check(text->find('\n') == std::string::npos, "a note is one line");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static std::vector<std::byte> memory(json::parse_arena_bytes(limits));
  const std::string_view input = fuzz::text_of(data, size);
  const importer::Outcome outcome = importer::import_connector(input);
  check_notes(outcome.notes, input);
  if (outcome.json.empty()) {
    fuzz::check(!outcome.notes.empty(), "no file has a reason");
    return 0;
  }
  Arena arena(memory);
  fuzz::check(json::parse(outcome.json, arena, limits).has_value(), "what is written is JSON");
  return 0;
}
