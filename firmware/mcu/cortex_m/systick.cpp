#include "firmware/mcu/cortex_m/systick.hpp"

#include "firmware/mcu/cortex_m/registers.hpp"

namespace {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): there is one timer
volatile std::uint64_t tick_count = 0;

}  // namespace

// An operating system's part of the tick, where there is one.
extern "C" __attribute__((weak)) void operating_system_tick() {}

extern "C" void SysTick_Handler() {
  tick_count = tick_count + 1;
  operating_system_tick();
}

namespace postern::cortex_m {

void start_ticks(std::uint32_t clock_hz) {
  reg(systick_reload) = clock_hz / ticks_per_second - 1;
  reg(systick_value) = 0;
  reg(systick_control) = 0b111;  // the processor's clock, interrupt, on
}

std::uint64_t ticks() {
  const InterruptsOff off;
  return tick_count;
}

}  // namespace postern::cortex_m
