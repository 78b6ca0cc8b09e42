#pragma once

#include "firmware/linux/import/kind.hpp"
#include "firmware/linux/import/note.hpp"
#include "firmware/linux/import/pre_inputs.hpp"

namespace postern::importer {

/// Says of each entry that nobody took why it was not carried: it is another connector's, or is
/// something that Postern does not do, or means nothing.
void note_left(const PreInputs& inputs, Kind kind, Notes& notes);

}  // namespace postern::importer
