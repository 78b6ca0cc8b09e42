#pragma once

#include "core/config/limits.hpp"

namespace postern::firmware {

/// What a board brings to its configuration. Its limits are for four clients with TLS in 512 KiB of
/// RAM, of which lwIP, stacks and the configuration itself take a part.
constexpr config::Target board_limits() {
  config::Limits limits = config::standard_limits();
  limits.connections = 4;
  limits.idle_connections = 0;
  limits.upstream_connections = 4;
  limits.header_bytes = 2048;
  limits.token_bytes = 1536;
  limits.cache_entries = 64;
  limits.facts_bytes = 384;
  limits.lookups = 1;
  limits.waiters = 8;
  limits.provider_answer_bytes = 4096;
  limits.keys = 4;
  limits.revocations = 16;
  limits.rate_buckets = 16;
  limits.tls_connections = 4;
  limits.tls_handshakes = 1;
  limits.dpop_proofs = 16;
  limits.log_bytes = 4096;
  limits.workers = 1;
  // Another configuration is written to flash, and the board starts anew.
  return {.limits = limits, .replaces_certificates = false};
}

}  // namespace postern::firmware
