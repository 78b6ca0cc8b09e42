#include "core/gateway/shape.hpp"

#include <algorithm>

#include "core/json/document.hpp"
#include "core/token/documents.hpp"
#include "core/token/dpop/proof.hpp"
#include "core/token/jwt/jwt.hpp"
#include "core/token/oauth2/introspection.hpp"
#include "core/token/oidc/userinfo.hpp"
#include "core/token/provider.hpp"

namespace postern::gateway {
namespace {

// Room in a buffer beside the longest head: what this gateway adds to one, or a piece of a body.
constexpr std::size_t buffer_bytes_beside_head = 4096;
// Connections that are being closed while their successors are open already.
constexpr std::size_t closing_connections = 64;

SessionCounts session_counts(const config::Config& config) {
  SessionCounts counts;
  const auto allow = [&](Role role, std::size_t sessions) {
    counts.sessions[index(role)] = sessions;
    counts.handshakes[index(role)] = std::min<std::size_t>(sessions, config.limits.tls_handshakes);
  };
  for (const config::Listener& listener : config.listeners) {
    if (listener.tls != nullptr) allow(Role::Client, config.limits.tls_connections);
  }
  for (const config::Upstream& upstream : config.upstreams) {
    if (upstream.tls != nullptr) allow(Role::Upstream, config.limits.upstream_connections);
  }
  for (const config::Provider& provider : config.providers) {
    if (provider.tls != nullptr) allow(Role::Provider, config.limits.lookups);
  }
  return counts;
}

// More than the longest answer, so that "too long" can be seen.
constexpr std::size_t answer_slack_bytes = 128;

}  // namespace

// NOLINTBEGIN(cppcoreguidelines-prefer-member-initializer): one follows from the other
Shape::Shape(const config::Config& config) {
  const config::Limits& limits = config.limits;
  clients = std::size_t{limits.connections} + limits.idle_connections;
  exchanges = limits.connections;
  upstreams = limits.upstream_connections;
  lookups = limits.lookups;
  connections = clients + upstreams + lookups + closing_connections;
  buffer_bytes = limits.header_bytes + buffer_bytes_beside_head;
  tls = session_counts(config);
  // A request that streams both ways needs four, one that waits for a provider one, and a lookup
  // two; with TLS on a leg as many again for its records. Clients whose head is not whole, or who
  // do not read their answer, share what is left; when nothing is left the oldest of them gives
  // way.
  const std::size_t records = 2 * std::min(exchanges, tls.sessions[index(Role::Client)]) +
                              2 * std::min(exchanges, tls.sessions[index(Role::Upstream)]) +
                              2 * tls.sessions[index(Role::Provider)];
  buffers = 4 * exchanges + 2 * lookups + records;
  answer_bytes = limits.provider_answer_bytes + answer_slack_bytes;
  for (const config::Upstream& upstream : config.upstreams) targets += upstream.servers.size();
  target_text_bytes = limits.header_bytes + 1;
  std::size_t verification_json_bytes = 0;
  bool publishes = false;
  for (const config::Provider& provider : config.providers) {
    for (const token::Service service : token::services) {
      if (token::is_asked(provider, service)) ++targets;
    }
    provider_state_bytes += token::Provider::memory_bytes(provider);
    const auto needs_scratch = [this](std::size_t bytes) {
      provider_request_bytes = std::max(provider_request_bytes, bytes);
    };
    if (provider.introspection) {
      needs_scratch(token::oauth2::request_bytes_max(provider, limits.token_bytes));
    }
    if (provider.userinfo) {
      needs_scratch(token::oidc::request_bytes_max(limits.token_bytes));
      needs_scratch(2 * token::oidc::message_bytes_max);
    }
    if (provider.keys.remote()) keys = limits.keys;
    publishes |= provider.keys.remote() || (provider.discovery && provider.discovery->used);
    if (provider.has_keys()) {
      needs_scratch(token::jwt::scratch_bytes_max(limits.token_bytes, limits.facts_bytes));
      verification_json_bytes = token::jwt::arena_bytes_max(limits.token_bytes);
    }
  }
  // Claims that are objects.
  provider_request_bytes =
      std::max<std::size_t>(provider_request_bytes, limits.token_bytes + limits.facts_bytes);
  const bool has_tokens =
      std::any_of(config.endpoints.begin(), config.endpoints.end(), [](const auto& endpoint) {
        return endpoint.authenticate.connector != config::Connector::None;
      });
  if (has_tokens) {
    provider_request_bytes = std::max(provider_request_bytes, token::dpop::scratch_bytes);
  }
  cached_bytes = limits.facts_bytes + cached_digest_bytes;
  const std::size_t answer_json_bytes =
      json::parse_arena_bytes({.text_bytes_max = limits.provider_answer_bytes,
                               .depth_max = token::oauth2::answer_depth_max,
                               .values_max = token::oauth2::answer_values_max});
  const std::size_t document_json_bytes =
      json::parse_arena_bytes({.text_bytes_max = limits.provider_answer_bytes,
                               .depth_max = token::document_depth_max,
                               .values_max = token::document_values_max}) +
      token::document_address_bytes;
  json_bytes =
      std::max({verification_json_bytes + answer_json_bytes, publishes ? document_json_bytes : 0,
                has_tokens ? token::dpop::arena_bytes() : 0});
}
// NOLINTEND(cppcoreguidelines-prefer-member-initializer)

}  // namespace postern::gateway
