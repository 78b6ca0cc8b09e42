#pragma once

#include "core/config/limits.hpp"

namespace postern::firmware {

/// Limits that a board's configuration does not name: for four clients with TLS in 512 KiB of RAM,
/// of which lwIP, stacks and the configuration itself take a part.
constexpr config::Limits board_limits() {
  config::Limits limits = config::standard_limits();
  limits.connections = 4;
  limits.idle_connections = 4;
  limits.upstream_connections = 4;
  limits.header_bytes = 2048;
  limits.token_bytes = 2048;
  limits.cache_entries = 64;
  limits.facts_bytes = 512;
  limits.lookups = 2;
  limits.waiters = 8;
  limits.provider_answer_bytes = 8192;
  limits.keys = 4;
  limits.revocations = 16;
  limits.rate_buckets = 16;
  limits.tls_connections = 4;
  limits.tls_handshakes = 1;
  limits.dpop_proofs = 16;
  limits.log_bytes = 4096;
  limits.workers = 1;
  return limits;
}

}  // namespace postern::firmware
