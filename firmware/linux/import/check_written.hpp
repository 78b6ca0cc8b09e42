#pragma once

#include "firmware/linux/import/json_text.hpp"
#include "firmware/linux/import/note.hpp"

namespace postern::importer {

/// Loads what was written as `postern check` would. Each finding becomes a note at the line that
/// its place came from, unless that line has a note about the same thing already. So the rules of
/// the file stand in one place, and an import without notes is a file without findings.
void check_written(const JsonText& json, Notes& notes);

}  // namespace postern::importer
