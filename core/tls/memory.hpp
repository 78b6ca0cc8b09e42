#pragma once

#include <cstddef>

#include "core/base/memory_plan.hpp"

namespace postern::tls {

// What mbedTLS takes of its block (core/crypto/working_memory.hpp). Measured by tests/unit/tls,
// which fails when they are not enough.

/// Of an established session: room for the longest record a peer may send and for the longest we
/// send, and the keys.
inline constexpr std::size_t session_bytes = 23 * KiB;
/// Of a session in its handshake, beyond that: the peer's certificates and the numbers of the key
/// exchange.
inline constexpr std::size_t handshake_bytes = 20 * KiB;

}  // namespace postern::tls
