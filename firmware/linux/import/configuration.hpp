#pragma once

#include <string>

#include "firmware/linux/import/connector.hpp"
#include "firmware/linux/import/json_text.hpp"

namespace postern::importer {

/// Writes `connector` as a whole configuration file. Listener, path and upstream are not among the
/// reference's lines: they are placeholders that `postern check` accepts.
JsonText write_configuration(const Connector& connector);

}  // namespace postern::importer
