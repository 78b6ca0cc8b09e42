#pragma once

#include <cstddef>

namespace postern::cortex_m {

/// What the linker script gives the stack of main() and of all interrupts.
std::size_t stack_bytes();

/// How much of it was ever used: what still holds the pattern that it was painted with at reset was
/// not. O(what is left).
std::size_t stack_bytes_used();

}  // namespace postern::cortex_m
