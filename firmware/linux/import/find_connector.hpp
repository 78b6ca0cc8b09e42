#pragma once

#include <optional>
#include <vector>

#include "firmware/linux/import/kind.hpp"
#include "firmware/linux/import/lines.hpp"
#include "firmware/linux/import/note.hpp"
#include "firmware/linux/import/pre_inputs.hpp"

namespace postern::importer {

/// The token connector that lines are for, with its own pre-inputs only.
struct Found {
  Kind kind = Kind::OAuth2;
  Source source;  ///< The line that says so.
  PreInputs inputs;
};

/// Finds it by the names that occur. Where the lines are a chain (`processors:A,B` with
/// `A.param:value`), by the names that occur for one processor, which then is the connector. What
/// belongs to other processors goes to `notes`. Nothing when there is no token connector.
std::optional<Found> find_connector(std::vector<Entry> entries, Notes& notes);

}  // namespace postern::importer
