#pragma once

namespace postern::board {

/// The board's: serves the interrupt of that number (0: the first one of the chip's maker). Only
/// those come that the board has enabled.
void interrupt(unsigned number);

}  // namespace postern::board
