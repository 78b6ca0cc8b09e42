#pragma once

#include "firmware/linux/import/json_text.hpp"
#include "firmware/linux/import/note.hpp"

namespace postern::importer {

/// Loads what was written as `postern check` would. Each finding becomes a note at the place of the
/// input that it came from, unless there is one about that place already: a second one mostly
/// follows from the first. So the rules of the file stand in one place, and an import without notes
/// is a file without findings.
void check_written(const JsonText& json, Notes& notes);

}  // namespace postern::importer
