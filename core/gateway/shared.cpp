#include "core/gateway/shared.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <new>

#include "core/crypto/working_memory.hpp"
#include "core/gateway/shape.hpp"
#include "core/tls/anchor_store.hpp"
#include "core/tls/certificate_store.hpp"
#include "core/tls/library.hpp"
#include "core/tls/memory.hpp"
#include "core/token/dpop/proof.hpp"

namespace postern::gateway {
namespace {

cache::FactsCacheSize cache_size(const config::Config& config, std::size_t workers) {
  return cache::FactsCacheSize::of(
      config.limits.cache_entries, config.limits.cache_negative_permille,
      static_cast<std::uint32_t>(Shape(config).cached_bytes), static_cast<std::uint32_t>(workers));
}

// Each worker may have all its lookups under way.
std::uint32_t flight_count(const config::Config& config, std::size_t workers) {
  return static_cast<std::uint32_t>(config.limits.lookups * workers);
}

// The longest that any endpoint accepts a proof: an endpoint's own would be forgotten too early at
// another one.
Duration proof_life(const config::Config& config) {
  Duration max_age;
  for (const config::Endpoint& endpoint : config.endpoints) {
    max_age = std::max(max_age, endpoint.authenticate.dpop.max_age);
  }
  return token::dpop::proof_life(max_age);
}

// Nonces leave the process, tags do not: neither shall tell anything of the other's key.
std::array<std::byte, crypto::TagKey::bytes> nonce_key(const crypto::TagKey& token_key) {
  const crypto::Tag tag = crypto::sip_hash(token_key, as_bytes("key of the DPoP nonces"));
  return std::bit_cast<std::array<std::byte, crypto::TagKey::bytes>>(tag);
}

MemoryRow endpoints_row(const config::Config& config) {
  return {"endpoint table", 1, policy::EndpointTable::memory_bytes(config.endpoints.size())};
}
MemoryRow names_row(const config::Config& config) {
  return http::ReservedNames::row(config.reserved_headers.size());
}

MemoryRow published_row(const config::Config& config) {
  return {"providers' documents", config.providers.size(), sizeof(token::Published)};
}
MemoryRow keys_row(const config::Config& config) {
  std::size_t count = 0;
  for (const config::Provider& provider : config.providers) {
    if (provider.keys.remote()) count += config.limits.keys;
  }
  return {"providers' keys", count, sizeof(crypto::VerificationKey)};
}

std::span<token::Published> make_published(Arena& arena, const config::Config& config) {
  auto* first = reinterpret_cast<token::Published*>(take_row(arena, published_row(config)).data());
  Arena keys(take_row(arena, keys_row(config)));
  for (std::size_t i = 0; i < config.providers.size(); ++i) {
    const config::Provider& provider = config.providers[i];
    new (first + i) token::Published(
        provider, provider.keys.remote()
                      ? keys.take_array<crypto::VerificationKey>(config.limits.keys)
                      : std::span<crypto::VerificationKey>{});
  }
  return {first, config.providers.size()};
}

MemoryRow tickets_row(const config::Config& config) {
  return {"TLS: ticket keys", config.uses_tls() ? config.listeners.size() : 0,
          sizeof(tls::TicketKeys)};
}

// The gateway's own certificates and keys, for each engine.
std::size_t certificate_bytes(const config::Config& config) {
  const bool replaced = config.replaces_certificates;
  std::size_t bytes = 0;
  for (const config::Listener& listener : config.listeners) {
    if (listener.tls == nullptr) continue;
    bytes += tls::CertificateStore::library_bytes(listener.tls->identities, replaced);
    if (!replaced || listener.tls->client_ca_file.empty()) continue;
    bytes += tls::AnchorStore::library_bytes(listener.tls->client_anchors);
  }
  const auto add = [&](const config::PeerTls* peer) {
    if (peer == nullptr) return;
    if (replaced && !peer->ca_file.empty()) bytes += tls::AnchorStore::library_bytes(peer->anchors);
    if (peer->identity == nullptr) return;
    bytes += tls::CertificateStore::library_bytes({peer->identity, 1}, replaced);
  };
  for (const config::Upstream& upstream : config.upstreams) add(upstream.tls);
  for (const config::Provider& provider : config.providers) add(provider.tls);
  return bytes;
}

// A client's session is longer by its certificate where one is asked for.
std::size_t client_session_bytes(const config::Config& config) {
  return config.asks_for_certificates() ? tls::verified_session_bytes : tls::session_bytes;
}

// What mbedTLS allocates from, as one block: for whom it is meant.
std::array<MemoryRow, 5> library_rows(const config::Config& config, std::size_t workers) {
  const SessionCounts tls = Shape(config).tls;
  const std::size_t clients = tls.sessions[index(Role::Client)];
  return {crypto::working_memory_row(workers),
          MemoryRow{"TLS: certificates", workers, certificate_bytes(config)},
          MemoryRow{"TLS: clients", clients * workers, client_session_bytes(config)},
          MemoryRow{"TLS: providers and upstreams", (tls.all_sessions() - clients) * workers,
                    tls::verified_session_bytes},
          MemoryRow{"TLS: handshakes", tls.all_handshakes() * workers, tls::handshake_bytes}};
}

}  // namespace

void Shared::plan(MemoryPlan& plan, const config::Config& config, std::size_t workers) {
  plan.add({"shared state", 1, sizeof(Shared)});
  cache::FactsCache::plan(plan, cache_size(config, workers));
  cache::Flights::plan(plan, flight_count(config, workers));
  cache::Revocations::plan(plan, config.limits.revocations);
  cache::UsedProofs::plan(plan, config.limits.dpop_proofs);
  plan.add(policy::RateLimits::row(config.limits.rate_buckets));
  plan.add(endpoints_row(config));
  plan.add(names_row(config));
  plan.add(published_row(config));
  plan.add(keys_row(config));
  plan.add(tickets_row(config));
  for (const MemoryRow& row : library_rows(config, workers)) plan.add(row);
}

Shared::Shared(Arena& arena, Arena& endpoint_arena, const config::Config& config,
               std::size_t workers, std::span<const std::byte, 32> entropy)
    : token_key(entropy.first<crypto::TagKey::bytes>()),
      rate_key(entropy.last<crypto::TagKey::bytes>()),
      nonce_key(postern::gateway::nonce_key(token_key)),
      nonces(nonce_key),
      cache(arena, cache_size(config, workers)),
      flights(arena, flight_count(config, workers)),
      revocations(arena, config.limits.revocations),
      used_proofs(arena, config.limits.dpop_proofs, proof_life(config)),
      rates(arena, config.limits.rate_buckets),
      endpoints(endpoint_arena, config.endpoints),
      reserved_names(arena, config.reserved_headers),
      published(make_published(arena, config)) {
  auto* const keys =
      reinterpret_cast<tls::TicketKeys*>(take_row(arena, tickets_row(config)).data());
  tickets = {keys, keys == nullptr ? 0 : config.listeners.size()};
  // One after the other, so one piece.
  std::span<std::byte> library;
  for (const MemoryRow& row : library_rows(config, workers)) {
    const std::span<std::byte> piece = take_row(arena, row);
    library = {library.empty() ? piece.data() : library.data(), library.size() + piece.size()};
  }
  crypto::use_working_memory(library,
                             tls::record_slots(Shape(config).tls.all_sessions() * workers));
}

bool Shared::start_tls(const config::Config& config) {
  if (!config.uses_tls()) return true;
  if (!tls::start_library()) return false;
  for (tls::TicketKeys& keys : tickets) {
    new (&keys) tls::TicketKeys;
    if (!keys.start()) return false;
  }
  return true;
}

Shared* create_shared(Arena& arena, const config::Config& config, std::size_t workers,
                      std::span<const std::byte, 32> entropy) {
  const std::span<std::byte> place = take_row(arena, {"shared state", 1, sizeof(Shared)});
  Arena endpoint_arena(take_row(arena, endpoints_row(config)));
  auto* shared = new (place.data()) Shared(arena, endpoint_arena, config, workers, entropy);
  return shared->start_tls(config) ? shared : nullptr;
}

}  // namespace postern::gateway
