#pragma once

#include <optional>
#include <span>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/config/config.hpp"
#include "core/json/document.hpp"
#include "core/token/connector.hpp"
#include "core/token/facts_builder.hpp"

namespace postern::token {

/// The dates of a token (RFC 7519 section 4.1, RFC 7662 section 2.2), as far as it says them.
struct TokenTimes {
  std::optional<WallTime> expires_at;
  std::optional<WallTime> not_before;
  std::optional<WallTime> issued_at;
};

/// A date that is there but cannot be read.
struct MalformedDate {};

/// Reads `exp`, `nbf` and `iat` of `document`. A member that is null counts as absent; one that is
/// no NumericDate is never taken for "without limit".
Result<TokenTimes, MalformedDate> read_times(const json::Value& document);

/// How long facts about a token that expires at `expires_at` may be remembered: until
/// `safety_margin_s` before, at most `max_ttl_s`, the latter when it does not say. 0, not at all,
/// while the clock is Unknown and so nobody here can tell when it ends.
Duration facts_lifetime(const config::Provider& provider, const std::optional<WallTime>& expires_at,
                        const Clock& clock);

/// Fills the slot of each of `claims` that leads somewhere in `document`. Objects, and arrays
/// inside arrays, are written as compact JSON into `scratch` on their way. False: `scratch` is too
/// small for one of them. What leads nowhere in `document` is looked for in `second`, where there
/// is one. O(claims x members + text).
bool add_claims(FactsBuilder& facts, const json::Value& document,
                std::span<const config::Claim> claims, std::span<char> scratch,
                const json::Value& second = {});

/// The end of every verification: the facts that `claims` hold, `too_large` when they need more
/// than `facts_bytes`. The key is the verifier's word that they were verified. `scratch` and
/// `second`: as with add_claims().
Verification verified_facts(VerifierKey key, const VerificationInput& input,
                            const json::Value& claims, const TokenTimes& times,
                            std::span<char> scratch, const Verification& too_large,
                            const json::Value& second = {});

}  // namespace postern::token
