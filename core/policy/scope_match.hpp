#pragma once

#include <span>
#include <string_view>

#include "core/config/config.hpp"
#include "core/token/facts.hpp"

namespace postern::policy {

/// What a token was granted: the claims `scope` and, with some issuers, `scp`. Each is one string
/// of words, separated by spaces and by nothing else (RFC 6749 section 3.3), or an array of
/// strings, each one a word as a whole. Anything else grants nothing. Case counts.
struct GrantedScopes {
  token::Claim scope;
  token::Claim scp;

  [[nodiscard]] bool contains(std::string_view wanted) const;
  /// Every granted word is among `allowed`.
  [[nodiscard]] bool within(std::span<const std::string_view> allowed) const;
};

/// `any`: one of the rule's scopes is granted; `all`: all of them; `exact`: all and no other;
/// `none`: none of them. O(granted x listed).
bool scopes_match(const GrantedScopes& granted, const config::ScopeRule& rule);

}  // namespace postern::policy
