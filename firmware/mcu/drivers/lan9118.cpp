#include "firmware/mcu/drivers/lan9118.hpp"

#include <lwip/etharp.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <lwip/sys.h>
#include <netif/ethernet.h>

#include <algorithm>
#include <cstring>

#include "firmware/mcu/cortex_m/registers.hpp"

namespace postern::drivers {
namespace {

// Registers (LAN9118 datasheet, section 5.3).
constexpr std::uintptr_t receive_data = 0x00;
constexpr std::uintptr_t transmit_data = 0x20;
constexpr std::uintptr_t receive_status = 0x40;
constexpr std::uintptr_t transmit_status = 0x48;
constexpr std::uintptr_t revision = 0x50;
constexpr std::uintptr_t interrupt_config = 0x54;
constexpr std::uintptr_t interrupt_status = 0x58;
constexpr std::uintptr_t interrupt_enable = 0x5C;
constexpr std::uintptr_t fifo_interrupt = 0x68;
constexpr std::uintptr_t receive_config = 0x6C;
constexpr std::uintptr_t transmit_config = 0x70;
constexpr std::uintptr_t hardware_config = 0x74;
constexpr std::uintptr_t receive_control = 0x78;
constexpr std::uintptr_t receive_info = 0x7C;
constexpr std::uintptr_t transmit_info = 0x80;
constexpr std::uintptr_t power = 0x84;
constexpr std::uintptr_t mac_command = 0xA4;
constexpr std::uintptr_t mac_data = 0xA8;

constexpr std::uint32_t power_ready = 1U << 0U;
constexpr std::uint32_t soft_reset = 1U << 0U;
constexpr std::uint32_t must_be_one = 1U << 20U;         // of hardware_config
constexpr std::uint32_t transmit_5_kib = 5U << 16U;      // and the rest of 16 KiB to receive
constexpr std::uint32_t interrupts_active_high = 0x111;  // on, active high, driven both ways
constexpr std::uint32_t frame_received = 1U << 3U;
constexpr std::uint32_t transmitter_on = 1U << 1U;
constexpr std::uint32_t fast_forward = 1U << 31U;
constexpr std::uint32_t receive_error = 1U << 15U;
constexpr std::uint32_t busy = 1U << 31U;
constexpr std::uint32_t mac_read = 1U << 30U;

// Registers of the MAC, behind mac_command (section 5.4).
constexpr std::uint32_t mac_control = 1;
constexpr std::uint32_t mac_address_high = 2;
constexpr std::uint32_t mac_address_low = 3;
constexpr std::uint32_t mii_access = 6;
constexpr std::uint32_t mii_data = 7;
constexpr std::uint32_t mac_full_duplex = 1U << 20U;
constexpr std::uint32_t mac_transmit = 1U << 3U;
constexpr std::uint32_t mac_receive = 1U << 2U;

// Registers of the transceiver, behind mii_access (IEEE 802.3, 22.2.4). The one inside has
// address 1.
constexpr std::uint32_t internal_phy = 1U << 11U;
constexpr std::uint32_t phy_control = 0;
constexpr std::uint32_t phy_status = 1;
constexpr std::uint32_t phy_advertisement = 4;
constexpr std::uint32_t negotiate_again = 0x1200;
constexpr std::uint32_t all_speeds = 0x01E1;
constexpr std::uint32_t phy_link = 1U << 2U;

constexpr std::size_t fcs_bytes = 4;
// With its tag, if it has one; a longer one is damaged, or none of Ethernet's.
constexpr std::size_t frame_bytes_max = 1518 + 4;
// Longer waits mean that nothing is there: a reset takes some microseconds.
constexpr int wait_max = 1'000'000;

template <class Done>
bool wait_until(Done done) {
  for (int i = 0; i < wait_max; ++i) {
    if (done()) return true;
  }
  return false;
}

}  // namespace

std::uint32_t Lan9118::read(std::uintptr_t offset) const { return cortex_m::reg(base_ + offset); }
void Lan9118::write(std::uintptr_t offset, std::uint32_t value) const {
  cortex_m::reg(base_ + offset) = value;
}

std::uint32_t Lan9118::read_mac(std::uint32_t index) {
  write(mac_command, busy | mac_read | index);
  wait_until([this] { return (read(mac_command) & busy) == 0; });
  return read(mac_data);
}

void Lan9118::write_mac(std::uint32_t index, std::uint32_t value) {
  write(mac_data, value);
  write(mac_command, busy | index);
  wait_until([this] { return (read(mac_command) & busy) == 0; });
}

std::uint32_t Lan9118::read_phy(std::uint32_t index) {
  write_mac(mii_access, internal_phy | index << 6U | 1);
  wait_until([this] { return (read_mac(mii_access) & 1) == 0; });
  return read_mac(mii_data);
}

void Lan9118::write_phy(std::uint32_t index, std::uint32_t value) {
  write_mac(mii_data, value);
  write_mac(mii_access, internal_phy | index << 6U | 2 | 1);
  wait_until([this] { return (read_mac(mii_access) & 1) == 0; });
}

bool Lan9118::start(std::uintptr_t base) {
  base_ = base;
  if (!wait_until([this] { return (read(power) & power_ready) != 0; })) return false;
  const std::uint32_t family = read(revision) >> 16U;
  if (family != 0x0118 && family != 0x9220) return false;
  write(hardware_config, soft_reset);
  if (!wait_until([this] { return (read(hardware_config) & soft_reset) == 0; })) return false;

  write(hardware_config, must_be_one | transmit_5_kib);
  write(receive_config, 0);
  write(interrupt_enable, 0);
  write(interrupt_status, 0xFFFFFFFF);
  write(fifo_interrupt, 0);  // from the first frame on
  write(interrupt_config, interrupts_active_high);

  write_phy(phy_advertisement, all_speeds);
  write_phy(phy_control, negotiate_again);
  // What is for everybody or for us; lwIP is built without groups.
  write_mac(mac_control, mac_full_duplex | mac_transmit | mac_receive);
  write(transmit_config, transmitter_on);
  write(interrupt_enable, frame_received);
  return true;
}

Lan9118::EthernetAddress Lan9118::take_address(const EthernetAddress& fallback) {
  const std::uint32_t high = read_mac(mac_address_high);
  const std::uint32_t low = read_mac(mac_address_low);
  const EthernetAddress found = {
      static_cast<std::uint8_t>(low),        static_cast<std::uint8_t>(low >> 8U),
      static_cast<std::uint8_t>(low >> 16U), static_cast<std::uint8_t>(low >> 24U),
      static_cast<std::uint8_t>(high),       static_cast<std::uint8_t>(high >> 8U)};
  // A group's address is nobody's; without an EEPROM all bits are ones, or zeros.
  if ((found[0] & 1U) == 0 && found != EthernetAddress{}) return found;
  std::uint32_t words[2] = {};  // NOLINT(modernize-avoid-c-arrays)
  std::memcpy(words, fallback.data(), fallback.size());
  write_mac(mac_address_low, words[0]);
  write_mac(mac_address_high, words[1]);
  return fallback;
}

std::int8_t Lan9118::attach(netif& interface, const EthernetAddress& fallback) {
  interface.state = this;
  std::ranges::copy(take_address(fallback), interface.hwaddr);
  interface.mtu = 1500;
  interface.hwaddr_len = ETH_HWADDR_LEN;
  interface.flags |= NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
  interface.output = etharp_output;
  interface.linkoutput = [](netif* out, pbuf* frame) -> err_t {
    return static_cast<Lan9118*>(out->state)->send(frame) ? ERR_OK : ERR_MEM;
  };
  return ERR_OK;
}

// False: no room in the controller; TCP sends the segment again.
bool Lan9118::send(const pbuf* frame) {
  // What became of earlier frames: nobody asks, but the queue of answers must not fill up.
  while ((read(transmit_info) >> 16U & 0xFFU) != 0) read(transmit_status);

  const std::uint32_t size = frame->tot_len;
  constexpr std::uint32_t command_bytes = 8;
  if ((read(transmit_info) & 0xFFFFU) < size + command_bytes + 4) return false;
  constexpr std::uint32_t first_and_last_segment = 0b11U << 12U;
  write(transmit_data, first_and_last_segment | size);
  write(transmit_data, size);
  // The pieces of a frame have any length; words are gathered across them.
  std::uint32_t word = 0;
  std::size_t filled = 0;
  for (const pbuf* piece = frame; piece != nullptr; piece = piece->next) {
    std::span bytes(static_cast<const std::byte*>(piece->payload), piece->len);
    while (!bytes.empty()) {
      const std::size_t count = std::min(sizeof word - filled, bytes.size());
      std::memcpy(reinterpret_cast<std::byte*>(&word) + filled, bytes.data(), count);
      bytes = bytes.subspan(count);
      filled += count;
      if (filled < sizeof word) break;
      write(transmit_data, word);
      filled = 0;
    }
  }
  if (filled != 0) write(transmit_data, word);
  return true;
}

std::size_t Lan9118::waiting_frames() const { return read(receive_info) >> 16U & 0xFFU; }

void Lan9118::drop(std::size_t word_count) const {
  if (word_count < 4) {  // too few for the controller's own way
    while (word_count-- != 0) read(receive_data);
    return;
  }
  write(receive_control, fast_forward);
  wait_until([this] { return (read(receive_control) & fast_forward) == 0; });
}

// The next frame; null: it was dropped. REQUIRES: one waits.
pbuf* Lan9118::receive() {
  const std::uint32_t status = read(receive_status);
  const std::size_t with_fcs = status >> 16U & 0x3FFFU;
  const std::size_t word_count = (with_fcs + 3) / 4;
  pbuf* frame = nullptr;
  if ((status & receive_error) == 0 && with_fcs > fcs_bytes && with_fcs <= frame_bytes_max) {
    frame = pbuf_alloc(PBUF_RAW, static_cast<u16_t>(with_fcs - fcs_bytes), PBUF_POOL);
  }
  if (frame == nullptr) {
    drop(word_count);
    ++frames_dropped_;
    return nullptr;
  }
  const pbuf* piece = frame;
  std::size_t at = 0;
  for (std::size_t i = 0; i < word_count; ++i) {
    const std::uint32_t word = read(receive_data);
    // Into up to two pieces; what no piece has room for is the frame's checksum.
    for (std::size_t from = 0; from < sizeof word && piece != nullptr;) {
      const std::size_t count = std::min(sizeof word - from, piece->len - at);
      std::memcpy(static_cast<std::byte*>(piece->payload) + at,
                  reinterpret_cast<const std::byte*>(&word) + from, count);
      from += count;
      at += count;
      if (at < piece->len) continue;
      piece = piece->next;
      at = 0;
    }
  }
  return frame;
}

bool Lan9118::poll(netif& interface, std::size_t frame_count_max) {
  watch_link(interface);
  for (std::size_t i = 0; i < frame_count_max; ++i) {
    if (waiting_frames() == 0) {
      // Asked once more after the interrupt is on again: what came in between caused none.
      frames_wait_ = false;
      write(interrupt_status, frame_received);
      write(interrupt_enable, frame_received);
      if (waiting_frames() == 0) return false;
    }
    pbuf* const frame = receive();
    if (frame != nullptr && interface.input(frame, &interface) != ERR_OK) pbuf_free(frame);
  }
  return waiting_frames() != 0;
}

// Some questions to the transceiver, a few microseconds each.
void Lan9118::watch_link(netif& interface) {
  constexpr std::uint32_t interval_ms = 250;
  const std::uint32_t now_ms = sys_now();
  if (now_ms - link_seen_ms_ < interval_ms) return;
  link_seen_ms_ = now_ms;
  const bool up = (read_phy(phy_status) & phy_link) != 0;  // one that was lost meanwhile is not up
  if (up == (netif_is_link_up(&interface) != 0)) return;
  up ? netif_set_link_up(&interface) : netif_set_link_down(&interface);
}

void Lan9118::interrupt() {
  write(interrupt_enable, 0);
  frames_wait_ = true;
}

}  // namespace postern::drivers
