#pragma once

#include <cstdint>
#include <optional>

#include "core/base/time.hpp"
#include "core/config/config.hpp"
#include "core/policy/situation.hpp"
#include "core/token/facts.hpp"

namespace postern::policy {

/// The outcome of an endpoint's rules: allowed, or the first rule that does not hold.
struct Decision {
  std::optional<Situation> refusal;
  /// ScopeMissing: the rule that does not hold, for the challenge; otherwise null.
  const config::ScopeRule* scopes = nullptr;

  [[nodiscard]] bool allowed() const { return !refusal.has_value(); }
};

/// Applies an endpoint's rules to verified facts; at every request, be the facts new or cached.
///
/// First what is wrong with the token (401): `exp`, `nbf`, issuer, audience, age. Then what it does
/// not permit (403): scopes, claims, client. So a client learns that it needs another token before
/// it learns what that one would have to be allowed.
///
/// `exp` and `nbf` are judged as far as the clock can tell (date_verdict), and section `clock` is
/// not asked whether it may. That is sound: the facts are the provider's answer of this moment,
/// given by somebody who knows the time, or of a verifier that has asked the section, or they were
/// cached under a lifetime that was computed from `exp` when the clock could tell, and is counted
/// in monotonic time. `max_token_age_s` is nobody's but ours, so section `clock` says whether this
/// clock may judge it: ClockNotTrusted. O(claims used by the rules x values of the rules).
///
/// The provider's `leeway_s` is how far its clock and ours may differ, at each of the dates: a
/// token used within a second of its issue must not fail because this device's clock is a little
/// behind.
Decision authorize(const config::Config& config, const config::Endpoint& endpoint,
                   const token::Facts& facts, const Clock& clock);

}  // namespace postern::policy
