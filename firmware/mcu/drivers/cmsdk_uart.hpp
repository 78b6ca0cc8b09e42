#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace postern::drivers {

/// Bytes in the order in which they came. One writer and one reader, and no interrupt between them.
template <std::size_t capacity>
class ByteQueue {
 public:
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] std::size_t room() const { return capacity - count_; }
  /// REQUIRES: there is room.
  void push(std::byte byte) { ring_[(first_ + count_++) % capacity] = byte; }
  /// REQUIRES: not empty.
  std::byte pop() {
    const std::byte byte = ring_[first_];
    first_ = (first_ + 1) % capacity;
    --count_;
    return byte;
  }

 private:
  std::array<std::byte, capacity> ring_{};
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

/// Arm's CMSDK UART (Cortex-M System Design Kit, "APB UART"), eight bits, no parity. Bytes wait in
/// a ring for the wire, and those that come in in another one: two interrupts move them.
class CmsdkUart {
 public:
  /// The UART whose registers begin at `base`. REQUIRES: `clock_hz` / `baud` is at least 16.
  void start(std::uintptr_t base, std::uint32_t clock_hz, std::uint32_t baud);

  /// Takes as many bytes as the ring has room for; says how many. Never waits.
  std::size_t write(std::span<const std::byte> bytes);

  /// Gives the bytes that came in, as many as fit: how many. What comes in and finds the ring full
  /// is lost.
  std::size_t read(std::span<std::byte> bytes);

  /// Serve the transmitter's interrupt and the receiver's.
  void sent();
  void received();

  /// Sends what the ring holds, then `bytes`, waiting for the wire. With interrupts off; also
  /// before start(), when nothing is sent.
  void write_now(std::span<const std::byte> bytes);

 private:
  void send_some();
  void send_now(std::byte byte);

  std::uintptr_t base_ = 0;  ///< Before start().
  // A line of the access log has up to 1 KiB.
  ByteQueue<2048> out_;
  ByteQueue<32> in_;
};

}  // namespace postern::drivers
