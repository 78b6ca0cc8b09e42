#pragma once

#include <string>
#include <string_view>

#include "firmware/linux/import/note.hpp"

namespace postern::importer {

/// What an import gives.
struct Outcome {
  std::string json;  ///< Empty: the text has no token connector, or is no text; `notes` says why.
  Notes notes;       ///< By line. None: everything was carried, and `postern check` accepts `json`.
};

/// Turns a connector's pre-input lines into a configuration file. Never fails in another way, for
/// any input.
Outcome import_connector(std::string_view text);

}  // namespace postern::importer
