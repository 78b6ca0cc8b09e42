#pragma once

#include <cstddef>
#include <span>

#include "core/platform.hpp"

namespace postern::platform {

/// What one try to move bytes through a socket came to. Never waits, never raises SIGPIPE.
struct Moved {
  enum class Kind : std::uint8_t {
    Some,     ///< `byte_count` bytes, at least one.
    Nothing,  ///< Not now; the socket will tell.
    End,      ///< Receiving only: the peer has sent its last byte.
    Broken,   ///< The connection is gone.
  };
  Kind kind = Kind::Nothing;
  std::size_t byte_count = 0;
};

/// REQUIRES: `window` is not empty.
Moved receive_some(int socket, std::span<std::byte> window);
/// REQUIRES: `window` is not empty.
Moved send_some(int socket, const SendWindow& window);

std::size_t size_of(const SendWindow& window);

}  // namespace postern::platform
