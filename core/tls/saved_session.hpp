#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/secret.hpp"
#include "core/base/time.hpp"

namespace postern::tls {

/// What a peer gave us to resume by: the last session with one target, as mbedTLS writes it. Holds
/// keys: wiped when it is replaced and when it is too old. One thread.
class SavedSession {
 public:
  /// Room for a ticket and the peer's certificate; what is longer is not kept, and the next
  /// handshake is a full one.
  static constexpr std::size_t bytes_max = 4096;
  /// A resumed session is not verified again: so the certificate that proved it counts this much
  /// longer at most.
  static constexpr Duration life = seconds(3600);

  /// Where to write a session; what was there is gone.
  std::span<std::byte> room() {
    forget();
    return bytes_;
  }
  /// The first `byte_count` of room() are a session proved at `now`.
  void keep(std::size_t byte_count, MonotonicTime now) {
    byte_count_ = static_cast<std::uint16_t>(byte_count);
    until_ = now + life;
  }
  /// Empty: there is none, or it is too old.
  [[nodiscard]] std::span<const std::byte> bytes(MonotonicTime now) {
    if (now >= until_) forget();
    return std::span(bytes_).first(byte_count_);
  }
  void forget() {
    wipe(bytes_);
    byte_count_ = 0;
  }

 private:
  std::array<std::byte, bytes_max> bytes_{};
  std::uint16_t byte_count_ = 0;
  MonotonicTime until_;
};

}  // namespace postern::tls
