#include "firmware/mcu/cortex_m/systick.hpp"

#include "firmware/mcu/cortex_m/registers.hpp"

namespace {

// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables): there is one timer
volatile std::uint64_t tick_count = 0;
std::uint32_t clocks_per_us = 1;
std::uint32_t clocks_per_tick = 1;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

}  // namespace

// An operating system's part of the tick, where there is one.
extern "C" __attribute__((weak)) void operating_system_tick() {}

extern "C" void SysTick_Handler() {
  tick_count = tick_count + 1;
  operating_system_tick();
}

namespace postern::cortex_m {

void start_ticks(std::uint32_t clock_hz) {
  clocks_per_us = clock_hz / 1'000'000;
  clocks_per_tick = clock_hz / ticks_per_second;
  reg(systick_reload) = clocks_per_tick - 1;
  reg(systick_value) = 0;
  reg(systick_control) = 0b111;  // the processor's clock, interrupt, on
}

std::uint64_t ticks() {
  const InterruptsOff off;
  return tick_count;
}

std::uint64_t elapsed_us() {
  const InterruptsOff off;
  std::uint64_t whole = tick_count;
  std::uint32_t left = reg(systick_value);
  if ((reg(interrupt_state) & tick_pending) != 0) {
    // A tick is over that nobody has counted, and `left` may be of this one or of the last.
    left = reg(systick_value);
    ++whole;
  }
  const std::uint32_t run = clocks_per_tick - 1 - left;
  return whole * (1'000'000 / ticks_per_second) + run / clocks_per_us;
}

}  // namespace postern::cortex_m
