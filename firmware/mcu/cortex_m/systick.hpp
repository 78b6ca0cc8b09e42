#pragma once

#include <cstdint>

namespace postern::cortex_m {

/// Ticks come so often.
inline constexpr std::uint32_t ticks_per_second = 1000;

/// Starts the processor's timer. REQUIRES: `clock_hz`, the processor's clock, is a multiple of
/// 1 MHz.
void start_ticks(std::uint32_t clock_hz);

/// Since start_ticks().
std::uint64_t ticks();

/// Microseconds since start_ticks(). With interrupts on, or off for less than a tick.
std::uint64_t elapsed_us();

}  // namespace postern::cortex_m
