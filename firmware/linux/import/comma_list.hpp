#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"

namespace postern::importer {

/// The pieces of `text` between its commas, without blanks around them and without empty ones.
inline std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> pieces;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view piece = without_blanks(text.substr(0, comma));
    if (!piece.empty()) pieces.emplace_back(piece);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return pieces;
}

}  // namespace postern::importer
