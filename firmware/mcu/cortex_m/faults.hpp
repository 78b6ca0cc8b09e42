#pragma once

/// Serves every exception that should never come: says on the UART which it is and what the
/// registers held, then resets the board.
extern "C" [[noreturn]] void fault();
