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

/// Room for the longest record a peer may send, and for the longest we send.
inline constexpr std::size_t record_bytes =
    MBEDTLS_SSL_IN_CONTENT_LEN + MBEDTLS_SSL_OUT_CONTENT_LEN;
/// Of an established session with a client that shows no certificate: records, and the keys.
inline constexpr std::size_t session_bytes = record_bytes + 2 * KiB + 768;
/// Of an established session with one whose certificate is kept: with a client that was asked for
/// it, with a provider, with an upstream. And, where we are the client, what TLS 1.3 needs for
/// tickets that may still come.
inline constexpr std::size_t verified_session_bytes =
    record_bytes + (sizeof(void*) == 8 ? 13 * KiB : 11 * KiB) - 256;
/// Of a session in its handshake, beyond that, between two of its steps: messages that are half
/// there, the peer's certificates, the secrets. What a step takes while it calculates, at most 10
/// KiB, is gone when it ends: a worker does one at a time, in the memory for its signatures.
inline constexpr std::size_t handshake_bytes = sizeof(void*) == 8 ? 8 * KiB : 6 * KiB;

/// The buffers for records of so many sessions, which are part of the above.
constexpr std::array<crypto::Slots, 2> record_slots(std::size_t sessions) {
  return {
      {{MBEDTLS_SSL_IN_CONTENT_LEN + 48, sessions}, {MBEDTLS_SSL_OUT_CONTENT_LEN + 48, sessions}}};
}

}  // namespace postern::tls
