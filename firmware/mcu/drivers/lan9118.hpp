#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

struct netif;
struct pbuf;

namespace postern::drivers {

/// SMSC's LAN9118 Ethernet controller and its relatives (LAN9220), on a 32-bit bus, for one lwIP
/// interface. Frames wait in the controller's own memory until poll() takes them; its interrupt
/// only says that there are some.
class Lan9118 {
 public:
  using EthernetAddress = std::array<std::uint8_t, 6>;

  /// Resets the controller whose registers begin at `base`, which then reads its address from the
  /// board's EEPROM, and starts the negotiation of the link. False: no such controller answers.
  bool start(std::uintptr_t base);

  /// Fills in what lwIP wants to know. The Ethernet address is the one of the board's EEPROM; where
  /// there is none, `fallback`. REQUIRES: start().
  std::int8_t attach(netif& interface, const EthernetAddress& fallback);

  /// Hands up to `frame_count_max` frames to lwIP, and tells it when the cable was plugged in or
  /// out. True: there are more.
  bool poll(netif& interface, std::size_t frame_count_max);

  /// Serves the controller's interrupt: it is silent then until poll() has emptied it.
  void interrupt();
  /// An interrupt has come, and poll() has not emptied the controller since.
  [[nodiscard]] bool frames_wait() const { return frames_wait_; }

  /// Frames that were damaged, or for which lwIP had no memory.
  [[nodiscard]] std::uint32_t frames_dropped() const { return frames_dropped_; }

 private:
  std::uint32_t read(
      std::uintptr_t offset) const;  // NOLINT(modernize-use-nodiscard): a FIFO's moves it on
  void write(std::uintptr_t offset, std::uint32_t value) const;
  std::uint32_t read_mac(std::uint32_t index);
  void write_mac(std::uint32_t index, std::uint32_t value);
  std::uint32_t read_phy(std::uint32_t index);
  void write_phy(std::uint32_t index, std::uint32_t value);

  EthernetAddress take_address(const EthernetAddress& fallback);
  void watch_link(netif& interface);
  bool send(const pbuf* frame);
  pbuf* receive();
  void drop(std::size_t word_count) const;
  [[nodiscard]] std::size_t waiting_frames() const;

  std::uintptr_t base_ = 0;
  volatile bool frames_wait_ = false;
  std::uint32_t link_seen_ms_ = 0;
  std::uint32_t frames_dropped_ = 0;
};

}  // namespace postern::drivers
