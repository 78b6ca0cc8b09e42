#include "core/gateway/shape.hpp"

#include <algorithm>

#include "core/json/document.hpp"
#include "core/token/oauth2/introspection.hpp"
#include "core/token/provider.hpp"

namespace postern::gateway {
namespace {

// Room in a buffer beside the longest head: what this gateway adds to one, or a piece of a body.
constexpr std::size_t buffer_bytes_beside_head = 4096;
// Connections that are being closed while their successors are open already.
constexpr std::size_t closing_connections = 64;
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
  // A request that streams both ways needs four, one that waits for a provider one, and a lookup
  // two. Clients whose head is not whole, or who do not read their answer, share what is left; when
  // nothing is left the oldest of them gives way.
  buffers = 4 * exchanges + 2 * lookups;
  answer_bytes = limits.provider_answer_bytes + answer_slack_bytes;
  targets = config.providers.size();
  for (const config::Upstream& upstream : config.upstreams) targets += upstream.servers.size();
  target_text_bytes = limits.header_bytes + 1;
  for (const config::Provider& provider : config.providers) {
    provider_state_bytes += token::Provider::memory_bytes(provider);
    if (!provider.introspection) continue;
    provider_request_bytes =
        std::max(provider_request_bytes,
                 token::oauth2::request_bytes_max(*provider.introspection, limits.token_bytes));
  }
  cached_bytes = limits.facts_bytes + cached_digest_bytes;
  json_bytes = json::parse_arena_bytes({.text_bytes_max = limits.provider_answer_bytes,
                                        .depth_max = token::oauth2::answer_depth_max,
                                        .values_max = token::oauth2::answer_values_max});
}
// NOLINTEND(cppcoreguidelines-prefer-member-initializer)

}  // namespace postern::gateway
