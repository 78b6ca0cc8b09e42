// Arm's MPS2 board (and QEMU's): what board.hpp asks for.
#include "firmware/mcu/mps2/mps2.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/base/assert.hpp"
#include "core/base/bytes.hpp"
#include "firmware/mcu/board.hpp"
#include "firmware/mcu/cortex_m/interrupts.hpp"
#include "firmware/mcu/cortex_m/registers.hpp"
#include "firmware/mcu/cortex_m/systick.hpp"
#include "firmware/mcu/drivers/cmsdk_uart.hpp"
#include "firmware/mcu/drivers/lan9118.hpp"

namespace postern::board {
namespace {

constexpr std::uint32_t clock_hz = 25'000'000;
constexpr std::uint32_t baud = 115'200;
constexpr std::uintptr_t uart0 = 0x40004000;
constexpr unsigned uart0_receive_interrupt = 0;
constexpr unsigned uart0_transmit_interrupt = 1;
constexpr unsigned ethernet_interrupt = 13;

// The FPGA's registers count by themselves: time goes on while no interrupt is served, or, in an
// emulator that has to share its machine, no instruction either.
constexpr std::uintptr_t fpga_counter = 0x40028018;
constexpr std::uintptr_t fpga_counter_prescale = 0x4002801C;

// The board has no flash beside the one that its FPGA is loaded from. Code RAM above the image's
// 512 KiB stands in for it: QEMU's -device loader writes there, and a reset leaves it alone.
constexpr std::uintptr_t configuration_at = 0x00380000;
constexpr std::size_t configuration_bytes = 128 * 1024;
constexpr std::uintptr_t records_at = 0x003A0000;
constexpr std::size_t record_sector_bytes = 4096;

// For a board whose EEPROM holds none: locally administered.
constexpr drivers::Lan9118::EthernetAddress fallback_address = {0x02, 'P', 'S', 'T', 'R', 'N'};

// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables): there is one of each
constinit drivers::CmsdkUart uart;
constinit drivers::Lan9118 ethernet;
std::uint64_t last_tick = 0;
std::uint64_t elapsed_us = 0;
std::uint32_t last_count = 0;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

std::span<std::byte> memory_at(std::uintptr_t address, std::size_t byte_count) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): hardware is where it is
  return {reinterpret_cast<std::byte*>(address), byte_count};
}

std::span<std::byte> sector_memory(std::size_t sector) {
  POSTERN_ASSERT(sector < record_sector_count);
  return memory_at(records_at + sector * record_sector_bytes, record_sector_bytes);
}

}  // namespace

void start() {
  cortex_m::reg(fpga_counter_prescale) = clock_hz / 1'000'000 - 1;
  last_count = cortex_m::reg(fpga_counter);
  uart.start(uart0, clock_hz, baud);
  cortex_m::start_ticks(clock_hz);
  cortex_m::enable_interrupt(uart0_receive_interrupt);
  cortex_m::enable_interrupt(uart0_transmit_interrupt);
}

void interrupt(unsigned number) {
  if (number == uart0_receive_interrupt) uart.received();
  if (number == uart0_transmit_interrupt) uart.sent();
  if (number == ethernet_interrupt) ethernet.interrupt();
}

// The counter begins anew after 71 minutes, in which the loop looks at it many times.
std::uint64_t monotonic_us() {
  const cortex_m::InterruptsOff off;
  const std::uint32_t count = cortex_m::reg(fpga_counter);
  elapsed_us += count - last_count;
  last_count = count;
  return elapsed_us;
}

void sleep() {
  const cortex_m::InterruptsOff off;  // what comes between the question and the wait ends it
  if (!ethernet.frames_wait() && cortex_m::ticks() == last_tick) cortex_m::wait_for_interrupt();
  last_tick = cortex_m::ticks();
}

std::size_t log(std::span<const std::byte> bytes) { return uart.write(bytes); }

std::size_t typed(std::span<std::byte> bytes) { return uart.read(bytes); }

void log_now(std::string_view text) {
  const cortex_m::InterruptsOff off;
  uart.write_now(as_bytes(text));
}

void reset() {
  cortex_m::reg(cortex_m::reset_control) = 0x05FA0004;
  for (;;) {
  }
}

std::span<const std::byte> configuration_region() {
  return memory_at(configuration_at, configuration_bytes);
}

std::span<const std::byte> record_sector(std::size_t sector) { return sector_memory(sector); }

bool erase_record_sector(std::size_t sector) {
  std::ranges::fill(sector_memory(sector), std::byte{0xFF});
  return true;
}

// As flash does: bits become 0, never 1 again.
bool program_record_sector(std::size_t sector, std::size_t offset,
                           std::span<const std::byte> bytes) {
  const auto place = sector_memory(sector).subspan(offset, bytes.size());
  std::ranges::transform(place, bytes, place.begin(),
                         [](std::byte there, std::byte wanted) { return there & wanted; });
  return true;
}

std::int8_t start_network(netif* interface) {
  if (!ethernet.start(mps2.ethernet)) return -1;
  cortex_m::enable_interrupt(ethernet_interrupt);
  return ethernet.attach(*interface, fallback_address);
}

bool poll_network(netif& interface, std::size_t frame_count_max) {
  return ethernet.poll(interface, frame_count_max);
}

}  // namespace postern::board
