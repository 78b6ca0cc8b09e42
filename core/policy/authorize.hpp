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
/// While the clock's trust is Unknown, `exp` and `nbf` decide nothing here. That is sound: the
/// facts are then the provider's answer of this moment, given by somebody who knows the time, or
/// they were cached under a lifetime that was computed from `exp` when the year was known, and is
/// counted in monotonic time. Only `max_token_age_s` needs our own date: ClockNotTrusted. O(claims
/// used by the rules x values of the rules).
///
/// `leeway` is how far the issuer's clock and ours may differ, at each of the dates: a token used
/// within a second of its issue must not fail because this device's clock is a little behind.
Decision authorize(const config::Endpoint& endpoint, const config::StandardSlots& slots,
                   const token::Facts& facts, const Clock& clock, Duration leeway);

}  // namespace postern::policy
