#include "firmware/mcu/drivers/cmsdk_uart.hpp"

#include <algorithm>

#include "firmware/mcu/cortex_m/registers.hpp"

namespace postern::drivers {
namespace {

using cortex_m::InterruptsOff;
using cortex_m::reg;

// Offsets of the registers.
constexpr std::uintptr_t data = 0x00;
constexpr std::uintptr_t state = 0x04;
constexpr std::uintptr_t control = 0x08;
constexpr std::uintptr_t interrupts = 0x0C;
constexpr std::uintptr_t baud_divider = 0x10;

constexpr std::uint32_t transmit_full = 1U << 0U;  // of state
constexpr std::uint32_t receive_full = 1U << 1U;
// Of control: both directions and their interrupts.
constexpr std::uint32_t all_on = 0b1111;
constexpr std::uint32_t transmit_interrupt = 1U << 0U;
constexpr std::uint32_t receive_interrupt = 1U << 1U;

}  // namespace

void CmsdkUart::start(std::uintptr_t base, std::uint32_t clock_hz, std::uint32_t baud) {
  base_ = base;
  reg(base_ + baud_divider) = clock_hz / baud;
  reg(base_ + control) = all_on;
}

std::size_t CmsdkUart::write(std::span<const std::byte> bytes) {
  const InterruptsOff off;
  const std::size_t taken = std::min(bytes.size(), out_.room());
  for (const std::byte byte : bytes.first(taken)) out_.push(byte);
  send_some();
  return taken;
}

std::size_t CmsdkUart::read(std::span<std::byte> bytes) {
  const InterruptsOff off;
  std::size_t count = 0;
  while (count < bytes.size() && !in_.empty()) bytes[count++] = in_.pop();
  return count;
}

void CmsdkUart::sent() {
  reg(base_ + interrupts) = transmit_interrupt;
  const InterruptsOff off;
  send_some();
}

void CmsdkUart::received() {
  reg(base_ + interrupts) = receive_interrupt;
  const InterruptsOff off;
  while ((reg(base_ + state) & receive_full) != 0) {
    const auto byte = static_cast<std::byte>(reg(base_ + data));
    if (in_.room() != 0) in_.push(byte);
  }
}

// The transmitter holds one byte; its interrupt comes when that has left.
void CmsdkUart::send_some() {
  while (!out_.empty() && (reg(base_ + state) & transmit_full) == 0) {
    reg(base_ + data) = std::to_integer<std::uint32_t>(out_.pop());
  }
}

void CmsdkUart::write_now(std::span<const std::byte> bytes) {
  if (base_ == 0) return;
  while (!out_.empty()) send_now(out_.pop());
  for (const std::byte byte : bytes) send_now(byte);
  while ((reg(base_ + state) & transmit_full) != 0) {
  }
}

void CmsdkUart::send_now(std::byte byte) {
  while ((reg(base_ + state) & transmit_full) != 0) {
  }
  reg(base_ + data) = std::to_integer<std::uint32_t>(byte);
}

}  // namespace postern::drivers
