// From reset to main(), and who serves which exception.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "firmware/mcu/cortex_m/faults.hpp"
#include "firmware/mcu/cortex_m/interrupts.hpp"
#include "firmware/mcu/cortex_m/registers.hpp"
#include "firmware/mcu/cortex_m/stack.hpp"

int main();

extern "C" {

// From the linker script (sections.ld).
extern std::uint32_t stack_bottom[];  // NOLINT(modernize-avoid-c-arrays): its address is meant
extern std::uint32_t stack_top[];     // NOLINT(modernize-avoid-c-arrays)
extern std::uint32_t data_begin[];    // NOLINT(modernize-avoid-c-arrays)
extern std::uint32_t data_end[];      // NOLINT(modernize-avoid-c-arrays)
extern const std::uint32_t data_in_flash[];  // NOLINT(modernize-avoid-c-arrays)
extern std::uint32_t bss_begin[];            // NOLINT(modernize-avoid-c-arrays)
extern std::uint32_t bss_end[];              // NOLINT(modernize-avoid-c-arrays)
using Function = void (*)();
extern const Function constructors_begin[];  // NOLINT(modernize-avoid-c-arrays)
extern const Function constructors_end[];    // NOLINT(modernize-avoid-c-arrays)

[[noreturn]] void reset();
void SysTick_Handler();
// An operating system's, where there is one.
__attribute__((weak, alias("unexpected_exception"))) void SVC_Handler();
__attribute__((weak, alias("unexpected_exception"))) void PendSV_Handler();

void unexpected_exception() { fault(); }

// All interrupts enter here; the board knows which is whose.
void interrupt() {
  std::uint32_t exception = 0;
  asm("mrs %0, ipsr" : "=r"(exception));  // NOLINT(hicpp-no-assembler)
  postern::board::interrupt(exception - 16);
}

}  // extern "C"

namespace postern::cortex_m {
namespace {

constexpr std::uint32_t paint = 0xC5C5C5C5;

// Nothing of C++ holds yet: no global has its value.
__attribute__((noinline)) void prepare_memory() {
  std::copy(data_in_flash, data_in_flash + (data_end - data_begin), data_begin);
  std::fill(bss_begin, bss_end, 0);
}

void enable_floating_point() {
#ifdef __ARM_FP
  reg(coprocessor_access) = reg(coprocessor_access) | 0xFU << 20U;
  asm volatile("dsb\n isb" ::: "memory");  // NOLINT(hicpp-no-assembler)
#endif
}

union Vector {
  const void* address;
  Function function;
};
constexpr Vector to(Function function) { return {.function = function}; }

constexpr std::size_t system_exceptions = 16;
// As many as an Armv7-M chip has with which one could build a gateway; those that a board does not
// enable are never served.
constexpr std::size_t interrupt_count_max = 160;

constexpr auto make_vectors() {
  std::array<Vector, system_exceptions + interrupt_count_max> vectors{};
  vectors.fill(to(interrupt));
  vectors[0] = {.address = stack_top};
  vectors[1] = to(reset);
  for (std::size_t i = 2; i < 11; ++i) vectors[i] = to(fault);  // NMI, faults, reserved
  vectors[11] = to(SVC_Handler);
  vectors[12] = vectors[13] = to(fault);
  vectors[14] = to(PendSV_Handler);
  vectors[15] = to(SysTick_Handler);
  return vectors;
}

// Aligned as VTOR wants a table of this length.
__attribute__((section(".vectors"), used, aligned(1024))) constinit const auto vector_table =
    make_vectors();

}  // namespace

extern "C" [[noreturn]] __attribute__((used)) void begin() {
  prepare_memory();
  enable_floating_point();
  // A boot loader may have run before, with a table of its own.
  reg(vector_offset) = reinterpret_cast<std::uintptr_t>(&vector_table);
  reg(fault_enable) = reg(fault_enable) | 0b111U << 16U;  // each fault as what it is
  std::for_each(constructors_begin, constructors_end, [](Function constructor) { constructor(); });
  main();
  fault();
}

std::size_t stack_bytes() { return static_cast<std::size_t>(stack_top - stack_bottom) * 4; }

std::size_t stack_bytes_used() {
  const std::uint32_t* const first =
      std::find_if(stack_bottom, stack_top, [](std::uint32_t word) { return word != paint; });
  return static_cast<std::size_t>(stack_top - first) * 4;
}

}  // namespace postern::cortex_m

// Paints the stack, on which nobody stands yet, so that its high-water mark can be read; hence no
// C++. The stack pointer is set here, too: not every loader does as the hardware does.
extern "C" [[noreturn]] __attribute__((naked, used)) void reset() {
  asm volatile(  // NOLINT(hicpp-no-assembler)
      "cpsid i\n"
      "ldr r0, =stack_top\n"
      "msr msp, r0\n"
      "ldr r1, =stack_bottom\n"
      "ldr r2, =0xC5C5C5C5\n"
      "1: str r2, [r1], #4\n"
      "cmp r1, r0\n"
      "blo 1b\n"
      "cpsie i\n"
      "b begin\n");
}
