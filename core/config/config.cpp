#include "core/config/config.hpp"

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

}  // namespace postern::config
