#pragma once

#include <mbedtls/build_info.h>

#include <array>
#include <cstddef>

#include "core/base/memory_plan.hpp"
#include "core/crypto/working_memory.hpp"

namespace postern::tls {

// What mbedTLS takes of its block (core/crypto/working_memory.hpp), with the head of 16 bytes that
// stands before each piece of its heap. Measured by tests/unit/tls, which fails when they are not
// enough.

/// Of an established session with a client that shows no certificate: room for the longest record a
/// peer may send and for the longest we send, and the keys.
inline constexpr std::size_t session_bytes = 23 * KiB;
/// Of an established session with one whose certificate is kept: with a client that was asked for
/// it, with a provider, with an upstream. And, where we are the client, what TLS 1.3 needs for
/// tickets that may still come.
inline constexpr std::size_t verified_session_bytes = 33 * KiB;
/// Of a session in its handshake, beyond that: the peer's certificates and the numbers of the key
/// exchange.
inline constexpr std::size_t handshake_bytes = 20 * KiB;

/// The buffers for records of so many sessions, which are part of the above.
constexpr std::array<crypto::Slots, 2> record_slots(std::size_t sessions) {
  return {
      {{MBEDTLS_SSL_IN_CONTENT_LEN + 48, sessions}, {MBEDTLS_SSL_OUT_CONTENT_LEN + 48, sessions}}};
}

}  // namespace postern::tls
