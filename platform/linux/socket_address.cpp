#include "platform/linux/socket_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace postern::platform {

SocketAddress::SocketAddress(const Address& address) {
  if (address.family == Address::Family::V4) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(address.port);
    std::memcpy(&v4.sin_addr, address.bytes.data(), sizeof v4.sin_addr);
    std::memcpy(&storage_, &v4, sizeof v4);
    size_ = sizeof v4;
  } else if (address.family == Address::Family::V6) {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(address.port);
    std::memcpy(&v6.sin6_addr, address.bytes.data(), sizeof v6.sin6_addr);
    std::memcpy(&storage_, &v6, sizeof v6);
    size_ = sizeof v6;
  }
}

Address SocketAddress::address() const {
  Address result;
  if (storage_.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &storage_, sizeof v4);
    result.family = Address::Family::V4;
    result.port = ntohs(v4.sin_port);
    std::memcpy(result.bytes.data(), &v4.sin_addr, sizeof v4.sin_addr);
  } else if (storage_.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &storage_, sizeof v6);
    result.port = ntohs(v6.sin6_port);
    const std::uint8_t* bytes = v6.sin6_addr.s6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
      result.family = Address::Family::V4;
      std::copy_n(bytes + 12, 4, result.bytes.begin());
    } else {
      result.family = Address::Family::V6;
      std::copy_n(bytes, 16, result.bytes.begin());
    }
  }
  return result;
}

std::string text_of(const Address& address) {
  char text[INET6_ADDRSTRLEN] = "";
  const bool v6 = address.family == Address::Family::V6;
  inet_ntop(v6 ? AF_INET6 : AF_INET, address.bytes.data(), text, sizeof text);
  const std::string host = v6 ? "[" + std::string(text) + "]" : std::string(text);
  return host + ":" + std::to_string(address.port);
}

}  // namespace postern::platform
