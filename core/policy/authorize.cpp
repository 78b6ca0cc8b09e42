#include "core/policy/authorize.hpp"

#include <algorithm>
#include <span>
#include <string_view>

#include "core/policy/claim_match.hpp"
#include "core/policy/scope_match.hpp"

namespace postern::policy {

namespace {

using Refusal = std::optional<Situation>;

token::Claim claim_in(const token::Facts& facts, std::uint16_t slot) {
  return slot == no_slot ? token::Claim() : facts.claim(slot);
}

Refusal check_time(const token::Facts& facts, const Clock& clock, std::int64_t leeway_s) {
  if (clock.trust == ClockTrust::Unknown) return std::nullopt;
  const auto expires_at = facts.expires_at();
  if (expires_at && clock.wall.s >= expires_at->s + leeway_s) return Situation::TokenExpired;
  const auto not_before = facts.not_before();
  if (not_before && not_before->s > clock.wall.s + leeway_s) {
    return Situation::TokenNotYetValid;
  }
  return std::nullopt;
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

Refusal check_age(Duration age_max, const token::Facts& facts, const Clock& clock,
                  std::int64_t leeway_s) {
  if (age_max.us <= 0) return std::nullopt;
  if (clock.trust == ClockTrust::Unknown) return Situation::ClockNotTrusted;
  const auto issued_at = facts.issued_at();
  if (!issued_at) return Situation::TokenTooOld;  // it does not say, so it may be of any age
  if (issued_at->s > clock.wall.s + leeway_s) return Situation::TokenNotYetValid;
  if (clock.wall.s - issued_at->s > age_max.us / 1'000'000) return Situation::TokenTooOld;
  return std::nullopt;
}

Refusal check_token(const config::Authorize& rules, const config::StandardSlots& slots,
                    const token::Facts& facts, const Clock& clock, std::int64_t leeway_s) {
  if (const Refusal refusal = check_time(facts, clock, leeway_s)) return refusal;
  const token::Claim issuer = claim_in(facts, slots.issuer);
  if (const Refusal refusal = check_issuer(rules.issuers, issuer)) return refusal;
  const token::Claim audience = claim_in(facts, slots.audience);
  if (const Refusal refusal = check_audience(rules.audience, audience)) return refusal;
  return check_age(rules.max_token_age, facts, clock, leeway_s);
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

Decision authorize(const config::Endpoint& endpoint, const config::StandardSlots& slots,
                   const token::Facts& facts, const Clock& clock, Duration leeway) {
  const config::Authorize& rules = endpoint.authorize;
  const std::int64_t leeway_s = leeway.us / 1'000'000;
  if (const Refusal refusal = check_token(rules, slots, facts, clock, leeway_s)) {
    return {refusal, nullptr};
  }
  if (const config::ScopeRule* scopes = missing_scopes(rules, slots, facts)) {
    return {Situation::ScopeMissing, scopes};
  }
  if (!claims_hold(rules, facts)) return {Situation::ClaimMismatch, nullptr};
  if (!client_allowed(rules, slots, facts)) return {Situation::ClientNotAllowed, nullptr};
  return {};
}

}  // namespace postern::policy
