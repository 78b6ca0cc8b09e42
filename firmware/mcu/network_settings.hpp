#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/platform.hpp"

namespace postern::firmware {

/// How a board finds its place in the network.
struct NetworkSettings {
  Address address;  ///< Without a family: all of it comes by DHCP.
  std::uint8_t prefix_bits = 0;
  Address gateway;      ///< May be none.
  Address name_server;  ///< Likewise.
};

/// Reads the entry "network" of a bundle: `dhcp`, or the board's address with the length of its
/// network's prefix, the gateway and the name server, with blanks between them:
/// `10.0.2.15/24 10.0.2.2 10.0.2.3`. The last two may be left out. Nothing: it is none of these.
std::optional<NetworkSettings> parse_network(std::string_view text);

/// Who tells a board the time.
struct TimeServerSettings {
  std::string_view name;     ///< An IPv4 address or a name; a view into what was parsed.
  std::uint16_t port = 123;  ///< NTP's.
};

/// Reads the entry "ntp" of a bundle: an IPv4 address or a name, and if it is not the standard one
/// `:` and the port. Nothing: it is neither.
std::optional<TimeServerSettings> parse_time_server(std::string_view text);

}  // namespace postern::firmware
