#pragma once

#include <lwip/ip_addr.h>

#include <cstring>

#include "core/platform.hpp"

namespace postern::platform::lwip {

/// `address` as lwIP has it; the port goes beside it. Nothing but IPv4 has such a form: false.
inline bool to_lwip(const Address& address, ip_addr_t& result) {
  if (address.family != Address::Family::V4) return false;
  std::memcpy(&result.addr, address.bytes.data(), sizeof result.addr);  // both in network order
  return true;
}

inline Address from_lwip(const ip_addr_t& address, std::uint16_t port) {
  Address result;
  result.family = Address::Family::V4;
  result.port = port;
  std::memcpy(result.bytes.data(), &address.addr, sizeof address.addr);
  return result;
}

}  // namespace postern::platform::lwip
