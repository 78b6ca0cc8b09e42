#pragma once

#include <cstdint>

namespace postern::cortex_m {

/// Ticks come so often.
inline constexpr std::uint32_t ticks_per_second = 1000;

/// Starts the processor's timer, whose ticks end its sleep. `clock_hz`: the processor's clock.
void start_ticks(std::uint32_t clock_hz);

/// Those that were served since start_ticks(). No clock: while interrupts are off, all but one of
/// them are lost.
std::uint64_t ticks();

}  // namespace postern::cortex_m
