#pragma once

#include "firmware/linux/import/connector.hpp"
#include "firmware/linux/import/find_connector.hpp"
#include "firmware/linux/import/note.hpp"

namespace postern::importer {

/// What the pre-inputs of `found` mean, with the defaults of that connector. What cannot be said in
/// our file, or could not be understood, goes to `notes`.
Connector translate(Found found, Notes& notes);

}  // namespace postern::importer
