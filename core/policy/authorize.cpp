#include "core/policy/authorize.hpp"

#include <algorithm>
#include <span>
#include <string_view>

#include "core/base/dates.hpp"
#include "core/policy/claim_match.hpp"
#include "core/policy/scope_match.hpp"

namespace postern::policy {

namespace {

using Refusal = std::optional<Situation>;

token::Claim claim_in(const token::Facts& facts, std::uint16_t slot) {
  return slot == no_slot ? token::Claim() : facts.claim(slot);
}

/// The token as seen by this endpoint: who asks, and by which clock.
struct Judged {
  const token::Facts& facts;
  const Clock& clock;
  const ClockPolicy& policy;
  Duration leeway;
};

Refusal refusal_of(DateVerdict verdict, Situation over) {
  switch (verdict) {
    case DateVerdict::Holds:
      return std::nullopt;
    case DateVerdict::NotYet:
      return Situation::TokenNotYetValid;
    case DateVerdict::Over:
      return over;
    case DateVerdict::ClockNotTrusted:
      return Situation::ClockNotTrusted;
  }
  return Situation::Internal;
}

// What the facts' verifier did not ask of the clock is not asked here: see the header.
Refusal check_time(const Judged& it) {
  const Dates dates{.from = it.facts.not_before(), .until = it.facts.expires_at()};
  return refusal_of(date_verdict(it.clock, dates.widened(it.leeway), ClockPolicy{}),
                    Situation::TokenExpired);
}

/// One issuer, and one that the endpoint lists: an array of issuers names none.
Refusal check_issuer(std::span<const std::string_view> issuers, const token::Claim& claim) {
  if (issuers.empty()) return std::nullopt;
  const auto issuer = claim.string();
  if (issuer && std::find(issuers.begin(), issuers.end(), *issuer) != issuers.end()) {
    return std::nullopt;
  }
  return Situation::IssuerMismatch;
}

Refusal check_audience(std::span<const std::string_view> audience, const token::Claim& claim) {
  if (audience.empty()) return std::nullopt;
  for (const std::string_view name : audience) {
    if (has_string(claim, name)) return std::nullopt;
  }
  return Situation::AudienceMismatch;
}

// An age is an end like any other, counted from the token's beginning. The leeway is for the
// beginning only: the end is this endpoint's own wish.
Refusal check_age(Duration age_max, const Judged& it) {
  if (age_max.us <= 0) return std::nullopt;
  const auto issued_at = it.facts.issued_at();
  if (!issued_at) return Situation::TokenTooOld;  // it does not say, so it may be of any age
  const Dates dates{.from = Dates{.from = issued_at, .until = {}}.widened(it.leeway).from,
                    .until = WallTime{issued_at->s + age_max.us / 1'000'000 + 1}};
  return refusal_of(date_verdict(it.clock, dates, it.policy), Situation::TokenTooOld);
}

Refusal check_token(const config::Authorize& rules, const config::StandardSlots& slots,
                    const Judged& it) {
  if (const Refusal refusal = check_time(it)) return refusal;
  const token::Claim issuer = claim_in(it.facts, slots.issuer);
  if (const Refusal refusal = check_issuer(rules.issuers, issuer)) return refusal;
  const token::Claim audience = claim_in(it.facts, slots.audience);
  if (const Refusal refusal = check_audience(rules.audience, audience)) return refusal;
  return check_age(rules.max_token_age, it);
}

const config::ScopeRule* missing_scopes(const config::Authorize& rules,
                                        const config::StandardSlots& slots,
                                        const token::Facts& facts) {
  if (rules.scopes.empty()) return nullptr;
  const GrantedScopes granted{claim_in(facts, slots.scope), claim_in(facts, slots.scp)};
  for (const config::ScopeRule& rule : rules.scopes) {
    if (!scopes_match(granted, rule)) return &rule;
  }
  return nullptr;
}

bool claims_hold(const config::Authorize& rules, const token::Facts& facts) {
  return std::all_of(rules.claims.begin(), rules.claims.end(), [&](const config::ClaimRule& rule) {
    return claim_matches(claim_in(facts, rule.slot), rule);
  });
}

bool client_allowed(const config::Authorize& rules, const config::StandardSlots& slots,
                    const token::Facts& facts) {
  const auto& clients = rules.clients;
  if (clients.empty()) return true;
  const auto client = claim_in(facts, slots.client_id).string();
  return client && std::find(clients.begin(), clients.end(), *client) != clients.end();
}

}  // namespace

Decision authorize(const config::Config& config, const config::Endpoint& endpoint,
                   const token::Facts& facts, const Clock& clock) {
  const config::Authorize& rules = endpoint.authorize;
  const config::StandardSlots& slots = config.standard_slots;
  const Judged judged{facts, clock, config.clock.tokens, config.providers[facts.provider()].leeway};
  if (const Refusal refusal = check_token(rules, slots, judged)) return {refusal, nullptr};
  if (const config::ScopeRule* scopes = missing_scopes(rules, slots, facts)) {
    return {Situation::ScopeMissing, scopes};
  }
  if (!claims_hold(rules, facts)) return {Situation::ClaimMismatch, nullptr};
  if (!client_allowed(rules, slots, facts)) return {Situation::ClientNotAllowed, nullptr};
  return {};
}

}  // namespace postern::policy
