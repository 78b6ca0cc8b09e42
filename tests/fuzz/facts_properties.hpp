#pragma once

#include <array>

#include "core/config/config.hpp"
#include "core/token/facts.hpp"
#include "tests/fuzz/check.hpp"

namespace postern::fuzz {

/// What holds of facts, whatever they were made of.
inline void check_facts(const token::Facts& facts, const config::Config& config) {
  check(facts.bytes().size() <= config.limits.facts_bytes, "facts are bounded");
  const auto copy = token::Facts::from_cache(facts.bytes());
  check(copy.has_value(), "facts can be kept");
  check(copy->expires_at() == facts.expires_at() && copy->provider() == facts.provider(),
        "what was kept says the same");
  for (std::uint16_t slot = 0; slot < config.claims.size(); ++slot) {
    const token::Claim claim = facts.claim(slot);
    check(claim.present() == copy->claim(slot).present(), "what was kept has the same claims");
    for (const token::Value value : claim) {
      check(within(value.text,
                   {reinterpret_cast<const char*>(facts.bytes().data()), facts.bytes().size()}),
            "a value lies in its facts");
    }
    std::array<char, 1024> room;
    ByteWriter out(room);
    if (claim.text_for_header(out) == token::HeaderText::Written && out.ok()) {
      check(is_field_value(out.written()), "a header is one line");
    }
  }
}

}  // namespace postern::fuzz
