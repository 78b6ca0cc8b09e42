#include "core/config/config.hpp"

#include <algorithm>

namespace postern::config {

std::span<const Enrich> Endpoint::headers_for(std::uint16_t provider) const {
  for (const EnrichBlock& block : enrich_blocks) {
    if (block.provider == provider) return block.headers;
  }
  return enrich;
}

const ErrorAnswer* Errors::answer(ErrorCase error_case) const {
  if (!override) return nullptr;
  for (const ErrorAnswer& answer : answers) {
    if (answer.error_case == error_case) return &answer;
  }
  return nullptr;
}

bool Config::uses_tls() const {
  const auto has_tls = [](const auto& one) { return one.tls != nullptr; };
  return std::ranges::any_of(listeners, has_tls) || std::ranges::any_of(upstreams, has_tls) ||
         std::ranges::any_of(providers, has_tls);
}

bool Config::asks_for_certificates() const {
  return std::ranges::any_of(listeners, [](const Listener& listener) {
    return listener.tls != nullptr && listener.tls->client_certificate != ClientCertificate::None;
  });
}

}  // namespace postern::config
