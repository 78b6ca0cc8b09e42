#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "firmware/linux/import/lines.hpp"

namespace postern::importer {

/// The pre-inputs of one connector. What nobody takes was not understood.
class PreInputs {
 public:
  explicit PreInputs(std::vector<Entry> entries) : entries_(std::move(entries)) {}
  PreInputs(PreInputs&&) = default;
  PreInputs& operator=(PreInputs&&) = default;

  /// The entry called `name`, which counts as understood from now on; null when there is none.
  const Entry* take(std::string_view name);
  /// The entries that nobody has taken, in their order.
  [[nodiscard]] std::vector<const Entry*> left() const;

 private:
  std::vector<Entry> entries_;
  std::vector<const Entry*> taken_;  ///< Of entries_, which never grows.
};

}  // namespace postern::importer
