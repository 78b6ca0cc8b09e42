#pragma once

#include <optional>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/platform.hpp"

namespace postern::http {

/// Reads an IP address as text: `192.0.2.1` (four decimal numbers without leading zeros) or
/// `2001:db8::1` (RFC 4291 section 2.2, with a dotted quad at the end or not). No port, no
/// brackets, no zone. An address mapped from IPv4 (`::ffff:192.0.2.1`) is that IPv4 address. Port
/// 0.
std::optional<Address> parse_address(std::string_view text);

/// As parse_address(), and with an optional port: `192.0.2.1:443`, `[2001:db8::1]:443`,
/// `[2001:db8::1]`. So proxies write it in X-Forwarded-For.
std::optional<Address> parse_address_and_port(std::string_view text);

/// `address` with an address mapped from IPv4 made that IPv4 address: a listener for both families
/// shows IPv4 peers so.
Address without_mapping(const Address& address);

/// Writes `192.0.2.1` or `2001:db8::1`, without the port (RFC 5952). Nothing for Family::None.
void write_address(ByteWriter& out, const Address& address);

}  // namespace postern::http
