#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <string>

#include "core/platform.hpp"

namespace postern::platform {

/// An Address in the kernel's form, ready for bind() and connect().
class SocketAddress {
 public:
  SocketAddress() = default;
  explicit SocketAddress(const Address& address);

  [[nodiscard]] const sockaddr* data() const {
    return reinterpret_cast<const sockaddr*>(&storage_);
  }
  [[nodiscard]] sockaddr* data() { return reinterpret_cast<sockaddr*>(&storage_); }
  [[nodiscard]] socklen_t size() const { return size_; }
  /// For calls that fill data() and tell its size.
  [[nodiscard]] socklen_t* size_for_filling() {
    size_ = sizeof storage_;
    return &size_;
  }

  /// Family None for anything but IP. An IPv4 address mapped into IPv6 becomes the IPv4 address it
  /// stands for, so that one client looks the same on every listener.
  [[nodiscard]] Address address() const;

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

/// For people: "127.0.0.1:8080", "[::1]:8080".
std::string text_of(const Address& address);

}  // namespace postern::platform
