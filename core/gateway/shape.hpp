#pragma once

#include <cstddef>

#include "core/config/config.hpp"
#include "core/gateway/connections.hpp"

namespace postern::gateway {

/// How many of what one engine has, and how large: what follows from a configuration. The memory
/// plan and the engine both read it here, so they cannot disagree.
struct Shape {
  explicit Shape(const config::Config& config);

  std::size_t clients = 0;  ///< Client connections, with or without a request.
  std::size_t exchanges = 0;
  std::size_t upstreams = 0;    ///< Connections to upstreams.
  std::size_t lookups = 0;      ///< Also: connections to providers.
  std::size_t connections = 0;  ///< All of the above, and some that are only being closed.
  SessionCounts tls;            ///< Of TLS, by role.
  std::size_t buffer_bytes = 0;
  std::size_t buffers = 0;
  std::size_t answer_bytes = 0;  ///< A buffer for a provider's answer.
  std::size_t targets = 0;
  std::size_t secure_targets = 0;  ///< Those of them that are spoken to with TLS.
  std::size_t target_text_bytes = 0;
  std::size_t provider_request_bytes = 0;
  std::size_t keys = 0;  ///< Of a key set while it is read; 0 when none is ever fetched.
  std::size_t provider_state_bytes = 0;  ///< What all token::Provider take from an arena.
  std::size_t cached_bytes = 0;          ///< Longest entry of the facts cache.
  std::size_t json_bytes = 0;
};

/// An entry of the cache: the facts, then the token's digest for the log.
inline constexpr std::size_t cached_digest_bytes = 4;

}  // namespace postern::gateway
