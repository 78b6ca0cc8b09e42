#include "firmware/linux/import/pre_inputs.hpp"

#include <algorithm>

namespace postern::importer {

const Entry* PreInputs::take(std::string_view name) {
  for (const Entry& entry : entries_) {
    if (entry.source.name != name) continue;
    taken_.push_back(&entry);
    return &entry;
  }
  return nullptr;
}

std::vector<const Entry*> PreInputs::left() const {
  std::vector<const Entry*> all;
  for (const Entry& entry : entries_) {
    if (std::find(taken_.begin(), taken_.end(), &entry) == taken_.end()) all.push_back(&entry);
  }
  return all;
}

}  // namespace postern::importer
