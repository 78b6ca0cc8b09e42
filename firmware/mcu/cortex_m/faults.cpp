#include "firmware/mcu/cortex_m/faults.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/bytes.hpp"
#include "firmware/mcu/board.hpp"
#include "firmware/mcu/cortex_m/registers.hpp"

extern "C" {
// The stack may be what is broken, so that what follows stands on one of its own.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
__attribute__((used, aligned(8))) constinit std::array<std::byte, 1024> fault_stack{};

extern const std::uint32_t stack_bottom[];  // NOLINT(modernize-avoid-c-arrays): the linker's
}

namespace postern::cortex_m {
namespace {

constexpr std::array<std::string_view, 16> exception_names = {
    "none",      "reset",           "NMI",      "hard fault", "memory fault",
    "bus fault", "usage fault",     "reserved", "reserved",   "reserved",
    "reserved",  "supervisor call", "debug",    "reserved",   "pending service",
    "tick"};

constexpr std::array<std::string_view, 8> frame_names = {"r0",  "r1", "r2", "r3",
                                                         "r12", "lr", "pc", "psr"};

// What the processor left on the stack when it took the exception.
using Frame = std::array<std::uint32_t, frame_names.size()>;

void hexadecimal(ByteWriter& out, std::uint32_t value) {
  for (int shift = 28; shift >= 0; shift -= 4) {
    out.character("0123456789abcdef"[value >> static_cast<unsigned>(shift) & 15U]);
  }
}

void member(ByteWriter& out, std::string_view name, std::uint32_t value) {
  out.text(" ");
  out.text(name);
  out.text("=");
  hexadecimal(out, value);
}

// The chip may have memory elsewhere, too; what is surely no stack is not looked at, or the next
// fault would be the last thing that anybody learns.
bool holds_frame(const Frame* frame) {
  const auto address = reinterpret_cast<std::uintptr_t>(frame);
  return address % 4 == 0 && address >= reinterpret_cast<std::uintptr_t>(stack_bottom) &&
         address < 0x40000000 - sizeof(Frame);
}

}  // namespace

extern "C" [[noreturn]] __attribute__((used)) void report_fault(const Frame* frame,
                                                                std::uint32_t exception) {
  std::array<char, 400> text;
  ByteWriter out(text);
  out.text("\npostern: ");
  out.text(exception < exception_names.size() ? exception_names[exception] : "interrupt");
  member(out, "cfsr", reg(fault_status));
  member(out, "hfsr", reg(hard_fault_status));
  member(out, "mmfar", reg(memory_fault_address));
  member(out, "bfar", reg(bus_fault_address));
  member(out, "sp", reinterpret_cast<std::uintptr_t>(frame));
  if (holds_frame(frame)) {
    for (std::size_t i = 0; i < frame->size(); ++i) member(out, frame_names[i], (*frame)[i]);
  } else {
    out.text(" (the stack has overflowed)");
  }
  out.text("\npostern: starting anew\n");
  board::log_now(out.written());
  board::reset();
}

}  // namespace postern::cortex_m

extern "C" [[noreturn]] __attribute__((naked)) void fault() {
  asm volatile(  // NOLINT(hicpp-no-assembler)
      "cpsid i\n"
      "tst lr, #4\n"  // which stack was in use
      "ite eq\n"
      "mrseq r0, msp\n"
      "mrsne r0, psp\n"
      "mrs r1, ipsr\n"
      "ldr r2, =fault_stack + 1024\n"
      "msr msp, r2\n"
      "b report_fault\n");
}
