#pragma once

#include <lwip/netif.h>
#include <lwip/pbuf.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/assert.hpp"
#include "platform/lwip/network.hpp"
#include "platform/lwip/surroundings.hpp"
#include "platform/sim/random.hpp"

namespace postern::test {

/// Simulated time, since lwIP has only one: it never goes back, from test to test.
inline std::uint64_t simulated_us = 1'000'000;

/// What goes wrong on the way, per thousand packets.
struct WireFaults {
  unsigned lost = 0;
  unsigned twice = 0;
  unsigned late = 0;  ///< By up to 20 ms, so that later ones overtake.
};

/// A network of one cable: whatever lwIP sends to its own address comes back as if from another
/// machine, so that both ends of a connection are lwIP's. Other addresses are those of strangers,
/// who see packets as they are.
class Wire {
 public:
  using Stranger = std::function<void(std::string_view packet)>;
  static constexpr std::uint64_t latency_us = 50;

  explicit Wire(std::uint64_t seed = 1) : random_(seed) {
    POSTERN_ASSERT(current == nullptr);
    current = this;
  }
  ~Wire() { current = nullptr; }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  static platform::lwip::Network::Driver driver() { return {start, poll}; }
  /// Makes lwIP ready, once per process.
  static void start_lwip() {
    static const bool once = [] {
      platform::lwip::start({[] { return simulated_us; }, fill_with_random});
      return true;
    }();
    static_cast<void>(once);
  }

  WireFaults faults;
  bool cut = false;                  ///< Nothing gets through.
  std::uint64_t without_memory = 0;  ///< Packets that found no pbuf.

  /// Whoever has the address 10.0.0.`host`.
  void add(std::uint8_t host, Stranger stranger) { strangers_[host] = std::move(stranger); }
  void remove(std::uint8_t host) { strangers_.erase(host); }
  /// A packet on its way to lwIP or a stranger.
  void put(std::string packet) {
    if (cut || random_.chance(faults.lost)) return;
    std::uint64_t due = simulated_us + latency_us;
    if (random_.chance(faults.late)) due += random_.below(20'000);
    if (random_.chance(faults.twice)) packets_.emplace(due + random_.below(20'000), packet);
    packets_.emplace(due, std::move(packet));
  }
  [[nodiscard]] std::uint64_t next_due_us() const {
    return packets_.empty() ? UINT64_MAX : packets_.begin()->first;
  }

 private:
  static inline Wire* current = nullptr;

  static bool fill_with_random(std::span<std::byte> bytes) {
    static platform::sim::Random random(20260101);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.next());
    return true;
  }
  static err_t output(netif*, pbuf* packet, const ip4_addr_t*) {
    std::string bytes(packet->tot_len, '\0');
    pbuf_copy_partial(packet, bytes.data(), packet->tot_len, 0);
    current->put(std::move(bytes));
    return ERR_OK;
  }
  static err_t start(netif* interface) {
    interface->name[0] = 'w';
    interface->mtu = 1500;
    interface->output = output;
    interface->input = netif_input;
    interface->flags = NETIF_FLAG_LINK_UP;
    return ERR_OK;
  }
  static bool poll(netif& interface, std::size_t packet_count_max) {
    for (; packet_count_max != 0 && current->next_due_us() <= simulated_us; --packet_count_max) {
      const std::string packet = std::move(current->packets_.begin()->second);
      current->packets_.erase(current->packets_.begin());
      current->deliver(interface, packet);
    }
    return current->next_due_us() <= simulated_us;
  }
  void deliver(netif& interface, const std::string& packet) {
    const auto stranger = strangers_.find(static_cast<std::uint8_t>(packet[19]));
    if (stranger != strangers_.end()) return stranger->second(packet);
    const auto size = static_cast<u16_t>(packet.size());
    pbuf* const bytes = pbuf_alloc(PBUF_RAW, size, PBUF_POOL);
    if (bytes == nullptr) {
      ++without_memory;
      return;
    }
    pbuf_take(bytes, packet.data(), size);
    if (interface.input(bytes, &interface) != ERR_OK) pbuf_free(bytes);
  }

  platform::sim::Random random_;
  std::multimap<std::uint64_t, std::string> packets_;
  std::map<std::uint8_t, Stranger> strangers_;
};

}  // namespace postern::test
