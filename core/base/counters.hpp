#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/atomic.hpp"
#include "core/base/bytes.hpp"

namespace postern {

/// Everything that is counted, in the order in which it is printed. One line adds a counter:
/// X(enumerator, name in the output, what one more means).
#define POSTERN_COUNTERS(X)                                                                       \
  X(ConnectionsAccepted, "connections_accepted", "a client was taken")                            \
  X(ConnectionsRefused, "connections_refused", "a client was closed at once: no slot free")       \
  X(ClientsDisplaced, "clients_displaced", "an idle or slow client was closed to make room")      \
  X(TlsHandshakes, "tls_handshakes", "a TLS handshake was made in full, with whomever")           \
  X(TlsResumed, "tls_resumed", "a TLS session was resumed")                                       \
  X(TlsFailures, "tls_failures", "a TLS handshake or connection failed; the log says why")        \
  X(TlsHandshakesWaited, "tls_handshakes_waited", "a handshake had to wait for its turn")         \
  X(TlsExhausted, "tls_exhausted", "no TLS session or memory was free; an idle client gave way")  \
  X(TimeoutsHandshake, "timeouts_handshake", "a TLS handshake was not over in time")              \
  X(Requests, "requests", "a request head was complete, well-formed or not")                      \
  X(Answers1xx, "answers_1xx", "an interim answer was passed on to a client")                     \
  X(Answers2xx, "answers_2xx", "a client got a 2xx, from an upstream or from us")                 \
  X(Answers3xx, "answers_3xx", "a client got a 3xx")                                              \
  X(Answers4xx, "answers_4xx", "a client got a 4xx")                                              \
  X(Answers5xx, "answers_5xx", "a client got a 5xx")                                              \
  X(Refused400, "refused_400", "our answer: malformed or ambiguous request")                      \
  X(Refused401, "refused_401", "our answer: no token, or a token that is not valid here")         \
  X(Refused403, "refused_403", "our answer: scope, client or claim rule not met")                 \
  X(Refused404, "refused_404", "our answer: no endpoint matches")                                 \
  X(Refused405, "refused_405", "our answer: method not listed")                                   \
  X(Refused408, "refused_408", "our answer: the request did not arrive in time")                  \
  X(Refused413, "refused_413", "our answer: body larger than allowed")                            \
  X(Refused414, "refused_414", "our answer: target too long")                                     \
  X(Refused417, "refused_417", "our answer: unknown expectation")                                 \
  X(Refused421, "refused_421", "our answer: host not served here")                                \
  X(Refused429, "refused_429", "our answer: rate exceeded")                                       \
  X(Refused431, "refused_431", "our answer: header section too large")                            \
  X(Refused500, "refused_500", "our answer: an error of our own")                                 \
  X(Refused501, "refused_501", "our answer: unsupported method or transfer coding")               \
  X(Refused502, "refused_502", "our answer: upstream unreachable or not speaking HTTP")           \
  X(Refused503, "refused_503", "our answer: provider at fault, or a pool of ours exhausted")      \
  X(Refused504, "refused_504", "our answer: upstream too slow")                                   \
  X(Refused505, "refused_505", "our answer: unsupported HTTP version")                            \
  X(CacheHit, "cache_hit", "facts were found in the cache")                                       \
  X(CacheHitRefused, "cache_hit_refused", "the token was known to be refused")                    \
  X(CacheMiss, "cache_miss", "nothing was known of the token")                                    \
  X(Revoked, "revoked", "a token was refused that had been revoked here")                         \
  X(LookupsStarted, "lookups_started", "a verification was begun")                                \
  X(LookupsShared, "lookups_shared", "a request joined a verification that was running")          \
  X(LookupsElsewhere, "lookups_elsewhere", "a request waits for another worker's verification")   \
  X(LookupsExhausted, "lookups_exhausted", "no slot for a verification: 503")                     \
  X(LookupsWaitersFull, "lookups_waiters_full", "too many requests were waiting: 503")            \
  X(ProviderRequests, "provider_requests", "a request was sent to a provider")                    \
  X(ProviderRefusals, "provider_refusals", "a provider's own refusal was passed on to a client")  \
  X(KeysFetched, "keys_fetched", "a key set was fetched and taken over")                          \
  X(KeysGone, "keys_gone", "a key set lacked a key that had served: the cache was emptied")       \
  X(ProviderFaults, "provider_faults", "a provider was unreachable, slow or answered nonsense")   \
  X(UpstreamConnects, "upstream_connects", "a connection to an upstream was opened")              \
  X(UpstreamReuses, "upstream_reuses", "a kept-alive upstream connection was used again")         \
  X(UpstreamRetries, "upstream_retries", "a request was sent again after a dead connection")      \
  X(UpstreamFailures, "upstream_failures", "an upstream refused, broke off or answered nonsense") \
  X(UpstreamTimeouts, "upstream_timeouts", "an upstream did not connect or answer in time")       \
  X(UpstreamsExhausted, "upstreams_exhausted", "no slot for an upstream connection: 503")         \
  X(BuffersExhausted, "buffers_exhausted", "no buffer was free")                                  \
  X(ExchangesExhausted, "exchanges_exhausted", "no slot for a request: 503")                      \
  X(LogLinesLost, "log_lines_lost", "a log line found no room")                                   \
  X(RateLimited, "rate_limited", "a request was over an endpoint's rate")                         \
  X(ProofsAccepted, "proofs_accepted", "a DPoP proof held")                                       \
  X(ProofsRefused, "proofs_refused", "a DPoP proof was missing or did not hold: 401")             \
  X(ProofsReplayed, "proofs_replayed", "a DPoP proof was used before: 401")                       \
  X(ProofsExhausted, "proofs_exhausted", "no room to remember a DPoP proof: 503")                 \
  X(ClockRefused, "clock_refused", "the clock was not trusted and the decision needed it: 503")   \
  X(TimeoutsHead, "timeouts_head", "a client did not finish a head in time")                      \
  X(TimeoutsBody, "timeouts_body", "a client paused too long in a body")                          \
  X(TimeoutsIdle, "timeouts_idle", "a kept-alive client asked nothing for too long")              \
  X(TimeoutsSend, "timeouts_send", "a client did not read for too long")                          \
  X(Tunnels, "tunnels", "a connection became a tunnel (101)")                                     \
  X(ClientsLost, "clients_lost", "a client went away before its answer was whole")                \
  X(DrainClosed, "drain_closed", "an idle client was closed because we drain")                    \
  X(DrainAborted, "drain_aborted", "a client was cut off at the end of the drain")

enum class Counter : std::uint8_t {
#define POSTERN_COUNTER_ENUMERATOR(enumerator, name, meaning) enumerator,
  POSTERN_COUNTERS(POSTERN_COUNTER_ENUMERATOR)
#undef POSTERN_COUNTER_ENUMERATOR
};

struct CounterDescription {
  std::string_view name;     ///< Lower case, digits and underscores.
  std::string_view meaning;  ///< What one more means.
};

/// Names and meanings in the order of `Counter`.
inline constexpr auto counter_descriptions = std::to_array<CounterDescription>({
#define POSTERN_COUNTER_DESCRIPTION(enumerator, name, meaning) {name, meaning},
    POSTERN_COUNTERS(POSTERN_COUNTER_DESCRIPTION)
#undef POSTERN_COUNTER_DESCRIPTION
});
inline constexpr std::size_t counter_count = counter_descriptions.size();

/// The counters of one engine. Only the engine's thread adds; any thread may read at any time and
/// sees each counter whole, though not all at the same instant.
class Counters {
 public:
  /// A load and a store, not a locked add: there is one writer.
  void add(Counter counter, std::uint64_t n = 1) {
    Atomic<std::uint64_t>& value = values_[static_cast<std::size_t>(counter)];
    value.store(value.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t operator[](Counter counter) const {
    return values_[static_cast<std::size_t>(counter)].load(std::memory_order_relaxed);
  }

 private:
  std::array<Atomic<std::uint64_t>, counter_count> values_{};
};

/// Sums over engines.
class CounterTotals {
 public:
  void add(const Counters& engine);
  [[nodiscard]] std::uint64_t operator[](Counter counter) const {
    return values_[static_cast<std::size_t>(counter)];
  }

 private:
  std::array<std::uint64_t, counter_count> values_{};
};

/// Longest text write_members() can produce, in bytes.
constexpr std::size_t counter_members_bytes_max() {
  std::size_t bytes = 0;
  for (const CounterDescription& description : counter_descriptions) {
    bytes += description.name.size() + 4 + 20;  // quotes, colon, comma; 64 bits in decimal
  }
  return bytes;
}

/// Writes `"name":value` for every counter, separated by commas: members of a JSON object, the
/// braces being the caller's.
void write_members(ByteWriter& out, const CounterTotals& totals);

}  // namespace postern
