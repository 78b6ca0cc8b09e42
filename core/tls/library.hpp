// tls: records of TLS 1.2 and 1.3 in and out, plain bytes in and out, between them mbedTLS.
// In: bytes from a peer, plain bytes to protect, certificates and keys, time, randomness.
// Out: records for the peer, plain bytes, who the peer is, why a connection was refused.
// Never: a socket, a wait, a certificate believed whose chain, name or dates were not checked.
#pragma once

#include "core/base/time.hpp"

namespace postern::tls {

/// Makes mbedTLS ready for sessions: its PSA layer, and the time by which tickets age. Called once,
/// before the workers start and after crypto::use_entropy(). False: no memory or no randomness.
[[nodiscard]] bool start_library();

/// Tells mbedTLS the time: tickets age by it, in whole seconds, and never by the wall clock. Called
/// with each batch of events; any thread may, since all read the same monotonic clock.
void set_time(MonotonicTime now);

}  // namespace postern::tls
