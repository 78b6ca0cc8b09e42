// cortex_m: what every Cortex-M has, whoever made the chip around it: exceptions, SysTick, NVIC,
// the stack. In: interrupts and faults. Out: main() called, ticks, a last word and a reset.
// Never: a register of the chip's maker (drivers/), anything of core.
#pragma once

#include <cstdint>

namespace postern::cortex_m {

/// A register that the hardware reads and changes, too.
inline volatile std::uint32_t& reg(std::uintptr_t address) {
  return *reinterpret_cast<volatile std::uint32_t*>(
      address);  // NOLINT(performance-no-int-to-ptr): hardware is where it is
}

// System control block and SysTick (Armv7-M Architecture Reference Manual, B3.2 and B3.3).
inline constexpr std::uintptr_t systick_control = 0xE000E010;
inline constexpr std::uintptr_t systick_reload = 0xE000E014;
inline constexpr std::uintptr_t systick_value = 0xE000E018;
inline constexpr std::uintptr_t vector_offset = 0xE000ED08;  // VTOR
inline constexpr std::uintptr_t reset_control = 0xE000ED0C;  // AIRCR
inline constexpr std::uintptr_t fault_enable = 0xE000ED24;   // SHCSR
inline constexpr std::uintptr_t fault_status = 0xE000ED28;   // CFSR
inline constexpr std::uintptr_t hard_fault_status = 0xE000ED2C;
inline constexpr std::uintptr_t memory_fault_address = 0xE000ED34;
inline constexpr std::uintptr_t bus_fault_address = 0xE000ED38;
inline constexpr std::uintptr_t coprocessor_access = 0xE000ED88;  // CPACR

/// Lets the interrupt of that number through (NVIC).
inline void enable_interrupt(unsigned number) {
  reg(0xE000E100 + 4 * (number / 32)) = 1U << (number % 32);
}

/// While it lives, no interrupt is served; one that comes waits.
class InterruptsOff {
 public:
  InterruptsOff() {
    asm volatile("mrs %0, primask\n cpsid i"  // NOLINT(hicpp-no-assembler)
                 : "=r"(before_)
                 :
                 : "memory");
  }
  ~InterruptsOff() {
    asm volatile("msr primask, %0"  // NOLINT(hicpp-no-assembler)
                 :
                 : "r"(before_)
                 : "memory");
  }
  InterruptsOff(const InterruptsOff&) = delete;
  InterruptsOff& operator=(const InterruptsOff&) = delete;

 private:
  std::uint32_t before_ = 0;
};

/// Sleeps until an interrupt comes, also while they are off: then it is served once they are on.
inline void wait_for_interrupt() {
  asm volatile("dsb\n wfi" ::: "memory");  // NOLINT(hicpp-no-assembler)
}

}  // namespace postern::cortex_m
