// gateway: the Engine. One request from its first byte to its access-log line.
// In: events and bytes from a platform, an immutable configuration, one block of memory, entropy.
// Out: bytes to clients, providers and upstreams; commands; log lines; counters.
// Never: a call into a platform, an allocation, a request forwarded before its endpoint's rules
// held.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/arena.hpp"
#include "core/base/counters.hpp"
#include "core/base/memory_plan.hpp"
#include "core/config/config.hpp"
#include "core/platform.hpp"
#include "core/tls/identity.hpp"
#include "core/tls/trust_anchors.hpp"

namespace postern::gateway {

/// What the engines of one process have in common: the facts cache, the table of running lookups,
/// rate limits, the key of the token tags. Made once, before the engines; safe to use from their
/// threads.
struct Shared;

/// How many bytes a process with `workers` engines needs, and what for. A pure function of its
/// arguments: `create_shared` and `workers` calls of `create` take exactly `total_bytes()` from an
/// arena.
MemoryPlan plan_memory(const config::Config& config, std::size_t workers);

/// Engine::connection_count_max() of every engine with this configuration.
std::size_t connection_count_max(const config::Config& config);

/// REQUIRES: `arena` has room as planned and is 64-byte aligned; `config` outlives all engines;
/// crypto::use_entropy() was called, where the configuration has TLS. `entropy` comes from the
/// platform's generator; it keys the tags of tokens and is not kept anywhere else. Null: TLS cannot
/// be had, for want of randomness.
Shared* create_shared(Arena& arena, const config::Config& config, std::size_t workers,
                      std::span<const std::byte, 32> entropy);

/// REQUIRES: worker < workers; each worker is made once. Null: the certificates of TLS need more
/// memory than was planned for them.
Engine* create(Arena& arena, const config::Config& config, Shared& shared, std::size_t worker,
               std::size_t workers);

/// What a revocation names.
enum class Revoked : std::uint8_t {
  Token,    ///< The token itself, from any provider.
  Subject,  ///< `sub`: all tokens of a user at one provider.
  Client,   ///< `client_id`: all tokens of a client at one provider.
  TokenId,  ///< `jti` of one provider.
};
/// Refuses, from the next request on and for `life`, what `value` names: 401. `provider` is the
/// index in the configuration; it plays no part for Revoked::Token. `life` should reach as far as
/// the tokens meant; it is counted in monotonic time. False: limits.revocations are in use.
/// Thread-safe. O(1), or O(limits.revocations) when the table was full.
[[nodiscard]] bool revoke(Shared& shared, Revoked what, std::uint16_t provider,
                          std::string_view value, Duration life, MonotonicTime now);

/// Puts another certificate and key in the place of `which`, an identity of one of the
/// configuration's listeners, as tls::CertificateStore::replace(): handshakes that begin from now
/// on use it, those that run end with what they began with. Another thread than the engine's may
/// call it, one at a time.
tls::IdentityProblem replace_certificate(Engine& engine, const tls::Identity& which,
                                         std::span<const std::byte> chain,
                                         std::span<const std::byte> key);

/// Puts other authorities in the place of a listener's for its clients, or of a peer's: `pem` is
/// the new content of their file. Handshakes that begin from now on are judged by them; connections
/// to a peer that were kept, and sessions with it that might be resumed, are given up. Clients that
/// are connected stay. As replace_certificate(): by another thread, and nothing changes on a
/// problem.
std::optional<tls::AnchorProblem> replace_anchors(Engine& engine, const config::ListenerTls& which,
                                                  std::string_view pem);
std::optional<tls::AnchorProblem> replace_anchors(Engine& engine, const config::PeerTls& which,
                                                  std::string_view pem);

/// The engine's counters. Another thread may read them at any time.
const Counters& counters(const Engine& engine);

/// How far the wall clock was believed when the engine last looked. Another thread may ask at any
/// time; only the first engine (worker 0) looks when nothing happens.
ClockTrust clock_trust(const Engine& engine);

/// The record under which the clock's floor is asked to be stored: a line of text.
inline constexpr std::string_view clock_floor_record = "clock-floor";

/// What is in use at this moment: after the last client has gone everything but kept-alive outgoing
/// connections is 0.
struct Occupancy {
  std::size_t clients = 0;
  std::size_t outgoing = 0;
  std::size_t exchanges = 0;
  std::size_t lookups = 0;
  std::size_t waiters = 0;
  std::size_t buffers = 0;
  std::size_t sessions = 0;    ///< Of TLS.
  std::size_t handshakes = 0;  ///< That have their turn.
};
/// REQUIRES: called from the engine's own thread.
Occupancy occupancy(const Engine& engine);

}  // namespace postern::gateway
