#pragma once

#include <lwip/netif.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/platform.hpp"

namespace postern::platform::lwip {

/// The one network interface, which a driver moves frames for.
class Network {
 public:
  struct Driver {
    /// Makes the controller ready and fills lwIP's netif: hardware address, MTU, flags, output
    /// functions. ERR_OK (0): well.
    std::int8_t (*start)(netif*) = nullptr;
    /// Hands frames that have arrived to netif.input, at most `frame_count_max`. True: there may be
    /// more.
    bool (*poll)(netif&, std::size_t frame_count_max) = nullptr;
  };
  /// `address` without a family: all of it comes by DHCP. Ports do not count.
  struct Settings {
    Address address;
    std::uint8_t prefix_bits = 0;
    Address gateway;      ///< May be none: nobody beyond the network is reached.
    Address name_server;  ///< May be none: no name is found.
  };

  explicit Network(const Driver& driver) : driver_(driver) {}
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  /// False: the controller does not start. REQUIRES: postern::platform::lwip::start() before; once.
  [[nodiscard]] bool start(const Settings& settings);
  /// As Driver::poll.
  bool poll(std::size_t frame_count_max) { return driver_.poll(interface_, frame_count_max); }
  /// Ours, with port 0. Without a family: we have none (yet), or the cable is out.
  [[nodiscard]] Address address() const;
  [[nodiscard]] netif& interface() { return interface_; }

 private:
  Driver driver_;
  netif interface_{};
};

}  // namespace postern::platform::lwip
