#include "firmware/linux/import/import.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "firmware/linux/import/check_written.hpp"
#include "firmware/linux/import/configuration.hpp"
#include "firmware/linux/import/find_connector.hpp"
#include "firmware/linux/import/lines.hpp"
#include "firmware/linux/import/translate.hpp"

namespace postern::importer {
namespace {

constexpr std::size_t shown_bytes_max = 80;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// Names come from the input, where an escape may stand for anything: what would not show, or be
// more than a line, is taken out.
void make_printable(std::string& name) {
  if (name.size() > shown_bytes_max) {
    std::size_t end = shown_bytes_max;
    while ((static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
    name.resize(end);
    name += "...";
  }
  std::replace_if(name.begin(), name.end(), is_control, '?');
}

}  // namespace

Outcome import_connector(std::string_view text) {
  Outcome outcome;
  if (auto problem = why_unusable(text)) {
    outcome.notes.push_back(std::move(*problem));
    return outcome;
  }
  std::optional<Found> found = find_connector(read_lines(text, outcome.notes), outcome.notes);
  if (found) {
    const Connector connector = translate(std::move(*found), outcome.notes);
    const JsonText json = write_configuration(connector);
    check_written(json, outcome.notes);
    outcome.json = json.written();
  } else {
    outcome.notes.push_back({{},
                             "names no token connector",
                             "it needs token_validation_uri, userinfo_endpoint, jwks_uri or "
                             "public_key_request_path"});
  }
  for (Note& note : outcome.notes) make_printable(note.where.name);
  std::stable_sort(outcome.notes.begin(), outcome.notes.end(),
                   [](const Note& a, const Note& b) { return a.where.line < b.where.line; });
  return outcome;
}

}  // namespace postern::importer
