#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace postern::config {

/// Every capacity of the gateway, as configured under "limits". Per worker unless it says shared.
/// What happens at each limit stands beside its user; `limit_table` has range, default and meaning.
struct Limits {
  std::uint32_t connections;
  std::uint32_t idle_connections;
  std::uint32_t upstream_connections;
  std::uint32_t header_bytes;
  std::uint32_t token_bytes;
  std::uint32_t cache_entries;
  std::uint32_t cache_negative_permille;  ///< "cache_negative_share" in thousandths.
  std::uint32_t facts_bytes;
  std::uint32_t lookups;
  std::uint32_t waiters;
  std::uint32_t provider_answer_bytes;
  std::uint32_t keys;
  std::uint32_t revocations;
  std::uint32_t rate_buckets;
  std::uint32_t tls_connections;
  std::uint32_t tls_handshakes;
  std::uint32_t dpop_proofs;
  std::uint32_t log_bytes;
  std::uint32_t workers;  ///< 0: as many as the processor has cores.
};

/// One row: the member of the file, where it is kept, and what it may be.
struct LimitRow {
  std::string_view name;
  std::uint32_t Limits::*field;
  std::uint32_t min;
  std::uint32_t max;  ///< The compile-time ceiling: no configuration gets beyond it.
  std::uint32_t standard;
  /// 1, or what the file's number is multiplied by to get the stored integer.
  std::uint32_t scale;
  std::string_view meaning;
};

// Slots are 16 bits wide, and one value means "none": clients and outgoing connections of a worker
// must stay below 65 535 together (checked below).
inline constexpr LimitRow limit_table[] = {
    {"connections", &Limits::connections, 1, 16384, 256, 1, "Requests under way. Beyond, 503."},
    {"idle_connections", &Limits::idle_connections, 0, 32768, 1024, 1,
     "Further client connections, between two requests. Beyond, whoever has been without a whole "
     "request for longest gives way to a new client."},
    {"upstream_connections", &Limits::upstream_connections, 1, 8192, 256, 1,
     "Connections to upstreams, busy and kept alive. Beyond, 503."},
    {"header_bytes", &Limits::header_bytes, 1024, 32768, 8192, 1,
     "Longest request or response head, and the size of a buffer. Beyond, 431."},
    {"token_bytes", &Limits::token_bytes, 16, 16384, 4096, 1, "Longest token. Beyond, 401."},
    {"cache_entries", &Limits::cache_entries, 16, 1048576, 4096, 1,
     "Tokens whose facts are remembered, shared by the workers. Beyond, the least recently used "
     "one is forgotten."},
    {"cache_negative_share", &Limits::cache_negative_permille, 0, 500, 125, 1000,
     "Share of the cache that refused tokens may take, so that garbage cannot push out good "
     "entries."},
    {"facts_bytes", &Limits::facts_bytes, 128, 16384, 1024, 1,
     "Claims kept of one token. A token with more is not accepted: 503, or 403 with "
     "connector jwt."},
    {"lookups", &Limits::lookups, 1, 4096, 64, 1,
     "Tokens being verified at a time, each with a connection to a provider. Beyond, 503."},
    {"waiters", &Limits::waiters, 1, 16384, 64, 1,
     "Requests that wait for a verification. Beyond, 503."},
    {"provider_answer_bytes", &Limits::provider_answer_bytes, 1024, 1048576, 65536, 1,
     "Longest body of a provider's answer. Beyond, the provider is at fault: 503."},
    {"keys", &Limits::keys, 1, 64, 16, 1,
     "Keys kept of one provider's key set, shared by the workers. Beyond, the first ones are "
     "kept."},
    {"revocations", &Limits::revocations, 0, 65536, 256, 1,
     "Tokens, subjects, clients and token ids revoked before their time, shared by the workers. "
     "Beyond, the next one is refused to whoever asks for it."},
    {"rate_buckets", &Limits::rate_buckets, 16, 1048576, 4096, 1,
     "Clients whose request rate is followed, shared by the workers. Beyond, the one nearest to a "
     "full allowance is forgotten."},
    {"tls_connections", &Limits::tls_connections, 1, 16384, 256, 1,
     "Clients that are connected with TLS. Beyond, new ones are closed."},
    {"tls_handshakes", &Limits::tls_handshakes, 1, 1024, 16, 1,
     "Handshakes of clients under way. Beyond, they wait."},
    {"dpop_proofs", &Limits::dpop_proofs, 16, 1048576, 4096, 1,
     "DPoP proofs that are remembered so that none counts twice, shared by the workers. Beyond, "
     "503."},
    {"log_bytes", &Limits::log_bytes, 4096, 16777216, 65536, 1,
     "Log lines that wait to be written. Beyond, lines are dropped and counted."},
    {"workers", &Limits::workers, 0, 64, 0, 1, "Worker threads; 0: one per processor core."},
};

constexpr Limits standard_limits() {
  Limits limits{};
  for (const LimitRow& row : limit_table) limits.*row.field = row.standard;
  return limits;
}

/// What a product brings to its configuration.
struct Target {
  Limits limits = standard_limits();  ///< Those that the file does not name.
  /// Certificates, keys and authorities may be replaced while the gateway runs, which takes memory
  /// for the old ones beside the new.
  bool replaces_certificates = true;
};

/// Memory for everything that is configured: text, arrays, compiled paths. Beyond, a finding.
inline constexpr std::size_t configuration_text_bytes_max = 256 * 1024;
inline constexpr std::size_t listeners_max = 16;
inline constexpr std::size_t certificates_per_listener_max = 16;
inline constexpr std::size_t providers_max = 64;
inline constexpr std::size_t providers_per_endpoint_max = 10;
inline constexpr std::size_t upstreams_max = 256;
inline constexpr std::size_t servers_per_upstream_max = 16;
inline constexpr std::size_t endpoints_max = 1024;
inline constexpr std::size_t claim_slots_max = 40;  ///< Nine of them for StandardSlots.
inline constexpr std::size_t secret_bytes_max = 1024;
inline constexpr std::uint16_t tls_fragment_max = 4096;  ///< Longest record that is sent.

namespace limits_detail {
constexpr std::uint32_t ceiling(std::uint32_t Limits::*field) {
  for (const LimitRow& row : limit_table) {
    if (row.field == field) return row.max;
  }
  return 0xFFFFFFFF;
}
}  // namespace limits_detail
static_assert(limits_detail::ceiling(&Limits::connections) +
                      limits_detail::ceiling(&Limits::idle_connections) +
                      limits_detail::ceiling(&Limits::upstream_connections) +
                      limits_detail::ceiling(&Limits::lookups) <
                  0xFFFF,
              "a slot fits 16 bits");

}  // namespace postern::config
