#pragma once

#include <cjson/cJSON.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/arena.hpp"

namespace postern::json {

// What cJSON's tree does not tell, written into fields of its nodes that are unused because cJSON
// saw no numbers (see scanner.hpp) and never frees or prints the tree:
//   valueint    length of the decoded string, or of the number's text
//   valuestring of a number: its text in the document
//   valuedouble length of the decoded name: its bits are those of an integer
// Lengths are needed because a decoded string may hold NUL.

struct LabelResult {
  enum class Outcome : std::uint8_t {
    Labelled,
    Duplicate,  ///< A name stands twice in one object, the second time at `offset`.
    NoMemory,
  };
  Outcome outcome = Outcome::Labelled;
  std::size_t offset = 0;
};

/// Labels every node of the tree that cJSON made of `text` and checks that names are unique.
/// REQUIRES: scan() accepted `text`. O(n log n) at worst, whatever the names are; takes one pointer
/// per member from the arena.
LabelResult label(cJSON& root, std::string_view text, Arena& arena);

/// The string, or the number's text. REQUIRES: a labelled node of that type.
inline std::string_view label_text(const cJSON& node) {
  return {node.valuestring, static_cast<std::size_t>(node.valueint)};
}
/// The name in its object; empty for others.
inline std::string_view label_name(const cJSON& node) {
  if (node.string == nullptr) return {};
  return {node.string, static_cast<std::size_t>(std::bit_cast<std::uint64_t>(node.valuedouble))};
}

}  // namespace postern::json
