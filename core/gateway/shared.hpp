#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/arena.hpp"
#include "core/base/memory_plan.hpp"
#include "core/cache/facts_cache.hpp"
#include "core/cache/flights.hpp"
#include "core/cache/revocations.hpp"
#include "core/cache/used_proofs.hpp"
#include "core/config/config.hpp"
#include "core/crypto/sip_hash.hpp"
#include "core/gateway/gateway.hpp"
#include "core/http/field_rules.hpp"
#include "core/policy/endpoint_table.hpp"
#include "core/policy/rate_limit.hpp"
#include "core/tls/ticket_keys.hpp"
#include "core/token/dpop/nonces.hpp"
#include "core/token/published.hpp"

namespace postern::gateway {

/// See gateway.hpp. The cache, the flights, the revocations, the used proofs, the rates and what is
/// published lock for themselves; the rest never changes after start.
struct Shared {
  /// Adds the rows of what the engines share.
  static void plan(MemoryPlan& plan, const config::Config& config, std::size_t workers);

  /// `endpoint_arena` is for the endpoint table alone, whose parts are no rows of their own.
  Shared(Arena& arena, Arena& endpoint_arena, const config::Config& config, std::size_t workers,
         std::span<const std::byte, 32> entropy);

  crypto::TagKey token_key;
  crypto::TagKey rate_key;
  crypto::TagKey nonce_key;
  token::dpop::Nonces nonces;
  cache::FactsCache cache;
  cache::Flights flights;
  cache::Revocations revocations;
  cache::UsedProofs used_proofs;
  policy::RateLimits rates;
  policy::EndpointTable endpoints;
  http::ReservedNames reserved_names;
  std::span<token::Published> published;  ///< By provider.
  std::span<tls::TicketKeys> tickets;     ///< By listener; used where there is TLS.

  /// Makes mbedTLS and the tickets ready. False: there is no randomness.
  [[nodiscard]] bool start_tls(const config::Config& config);
};

}  // namespace postern::gateway
