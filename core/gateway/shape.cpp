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
// Half a head, within bounds: a request to a provider has a head of its own beside the token.
std::size_t buffer_bytes_beside_head(std::size_t header_bytes) {
  return std::clamp<std::size_t>(header_bytes / 2, 1024, 4096);
}
// Connections that are only being closed: who gave way and whose Abort was not taken yet, who still
// reads the end of an answer. They count no more towards any limit, so that their successors may be
// open already; when more come to an end than there is room for, new ones are refused until some
// are gone.
std::size_t closing_connections(std::size_t open_connections) {
  return std::clamp<std::size_t>(open_connections / 4, 2, 64);
}
// Real answers have no more values than one for twelve bytes. Whoever sends a denser one finds no
// memory for it, and is at fault as with any other that cannot be read.
std::size_t values_max(std::size_t text_bytes, std::size_t ceiling) {
  return std::min(text_bytes / 12, ceiling);
}

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

// A request that streams both ways needs four, one that waits for a provider one, and a lookup two;
// with TLS on a leg as many again for its records. Clients whose head is not whole, or who do not
// read their answer, share what is left; when nothing is left the oldest of them gives way.
std::size_t buffer_count(const Shape& shape) {
  const auto& sessions = shape.tls.sessions;
  const std::size_t records = 2 * std::min(shape.exchanges, sessions[index(Role::Client)]) +
                              2 * std::min(shape.exchanges, sessions[index(Role::Upstream)]) +
                              2 * sessions[index(Role::Provider)];
  return 4 * shape.exchanges + 2 * shape.lookups + records;
}

// More than the longest answer, so that "too long" can be seen.
constexpr std::size_t answer_slack_bytes = 128;

std::size_t answer_json_bytes(const config::Limits& limits) {
  return json::parse_arena_bytes(
      {.text_bytes_max = limits.provider_answer_bytes,
       .depth_max = token::oauth2::answer_depth_max,
       .values_max = values_max(limits.provider_answer_bytes, token::oauth2::answer_values_max)});
}

std::size_t document_json_bytes(const config::Limits& limits) {
  return json::parse_arena_bytes(
             {.text_bytes_max = limits.provider_answer_bytes,
              .depth_max = token::document_depth_max,
              .values_max = values_max(limits.provider_answer_bytes, token::document_values_max)}) +
         token::document_address_bytes;
}

}  // namespace

// NOLINTBEGIN(cppcoreguidelines-prefer-member-initializer): one follows from the other
Shape::Shape(const config::Config& config) {
  const config::Limits& limits = config.limits;
  clients = std::size_t{limits.connections} + limits.idle_connections;
  exchanges = limits.connections;
  upstreams = limits.upstream_connections;
  lookups = limits.lookups;
  connections = clients + upstreams + lookups;
  connections += closing_connections(connections);
  buffer_bytes = limits.header_bytes + buffer_bytes_beside_head(limits.header_bytes);
  tls = session_counts(config);
  buffers = buffer_count(*this);
  answer_bytes = limits.provider_answer_bytes + answer_slack_bytes;
  for (const config::Upstream& upstream : config.upstreams) {
    targets += upstream.servers.size();
    if (upstream.tls != nullptr) secure_targets += upstream.servers.size();
  }
  target_text_bytes = limits.header_bytes + 1;
  std::size_t verification_json_bytes = 0;
  bool publishes = false;
  for (const config::Provider& provider : config.providers) {
    for (const token::Service service : token::services) {
      if (!token::is_asked(provider, service)) continue;
      ++targets;
      if (provider.tls != nullptr) ++secure_targets;
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
    std::size_t json = 0;
    if (provider.has_keys()) {
      needs_scratch(token::jwt::scratch_bytes_max(limits.token_bytes, limits.facts_bytes));
      json += token::jwt::arena_bytes_max(limits.token_bytes);
    }
    if (provider.introspection || provider.userinfo) json += answer_json_bytes(limits);
    verification_json_bytes = std::max(verification_json_bytes, json);
  }
  // Claims that are objects.
  provider_request_bytes =
      std::max<std::size_t>(provider_request_bytes, limits.token_bytes + limits.facts_bytes);
  const bool has_tokens =
      std::any_of(config.endpoints.begin(), config.endpoints.end(), [](const auto& endpoint) {
        return endpoint.authenticate.connector != config::Connector::None;
      });
  if (has_tokens) {
    // A proof is no longer than the head that it stands in.
    provider_request_bytes = std::max(
        provider_request_bytes,
        std::min<std::size_t>(token::dpop::scratch_bytes, std::size_t{2} * limits.header_bytes));
  }
  cached_bytes = limits.facts_bytes + cached_digest_bytes;
  json_bytes =
      std::max({verification_json_bytes, publishes ? document_json_bytes(config.limits) : 0,
                has_tokens ? token::dpop::arena_bytes() : 0});
}
// NOLINTEND(cppcoreguidelines-prefer-member-initializer)

}  // namespace postern::gateway
