// A JSONPath, a NUL, and a document: compiling and finding stay within their bytes, and a path
// written out from its steps is the same path.
#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "core/json/document.hpp"
#include "core/json/json_path.hpp"
#include "tests/fuzz/check.hpp"

namespace postern {
namespace {

std::string written_out(const json::JsonPath& path) {
  std::string text = "$";
  for (const json::JsonPath::Step& step : path.steps()) {
    if (step.kind == json::JsonPath::Step::Kind::Element) {
      text += "[" + std::to_string(step.index) + "]";
      continue;
    }
    text += "['";
    for (const char c : step.name) {
      constexpr std::string_view hex = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x20) {
        text += "\\u00";
        text += hex[byte / 16];
        text += hex[byte % 16];
        continue;
      }
      if (c == '\'' || c == '\\') text += '\\';
      text += c;
    }
    text += "']";
  }
  return text;
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern;
  static std::array<std::byte, 64 * 1024> paths;
  static std::array<std::byte, json::parse_arena_bytes({})> documents;
  const std::string_view input = fuzz::text_of(data, size);
  const std::size_t end = std::min(input.find('\0'), input.size());
  Arena path_arena(paths);
  const auto path = json::JsonPath::compile(input.substr(0, end), path_arena);
  if (!path) {
    fuzz::check(path.error().offset <= end, "a failure has its place in the text");
    return 0;
  }
  fuzz::check(path->steps().size() <= json::JsonPath::steps_max, "a path is bounded");
  const auto same = json::JsonPath::compile(written_out(*path), path_arena);
  fuzz::check(same && *same == *path, "spelling does not matter");

  if (end == input.size()) return 0;
  Arena document_arena(documents);
  const auto document = json::parse(input.substr(end + 1), document_arena);
  if (!document) return 0;
  const json::Value found = path->find(*document);
  fuzz::check(same->find(*document).present() == found.present(), "the same path, the same place");
  if (path->steps().empty()) fuzz::check(found.present(), "$ is the document");
  return 0;
}
