#pragma once

#include <cstddef>

#include "core/base/result.hpp"
#include "core/config/config.hpp"
#include "core/json/document.hpp"
#include "core/token/claims.hpp"
#include "core/token/connector.hpp"

namespace postern::token::jwt {

/// The connector "jwt": verifies tokens here, with the provider's keys (RFC 7515, RFC 7519, RFC
/// 8725). In this order, and nothing of a later step is looked at before:
///
/// 1. The token is three parts in base64url's one spelling; its header is one JSON object with
///    unique members and neither `crit`, nor a key, nor the address of one, nor claims.
/// 2. `alg` is one that is accepted from this provider. `typ` is the configured one; where none is
///    configured, it is not that of a JWT for another purpose (such as "logout+jwt").
/// 3. A key: the one that `kid` names, among the provider's, and that its own type, curve and `alg`
///    let verify `alg`; without `kid`, up to four that can. An unknown `kid`, or a token without
///    one that none of them signed, fetches the key set again, once for everybody and at most once
///    per cool-down.
/// 4. The signature. Only now is the payload decoded.
/// 5. The payload is one JSON object with unique members; `exp` (a must), `nbf`, `iat`, `iss`. The
///    provider's `leeway_s` applies to the first three. `iss` must be the configured issuer.
/// 6. Not bound (`cnf`) in a way that the client cannot prove here (can_be_proved()). What it is
///    bound to becomes a fact; the proof is an endpoint's rule, checked at every request.
///
/// Audience, scopes and other claims are rules of an endpoint and evaluated on the facts at every
/// request. The year must be known: without it, `exp` says nothing, and the answer is 503.
///
/// With `revalidate_s` the provider is asked about the token by introspection as well, and what was
/// verified is remembered no longer than that, so a revoked token is refused by then.
Verification begin(const VerificationInput& input);
Verification answered(const VerificationInput& input, const ProviderAnswer& answer);

/// What a token says, once it was verified. The claims live in `json_arena`, and the front
/// `input.token.size()` bytes of `scratch`.
struct VerifiedClaims {
  json::Value claims;
  TokenTimes times;  ///< With `exp`.
};

/// Steps 1 to 6: the claims, or why there are none (Refused, Need or Undecided).
Result<VerifiedClaims, Verification> verify_token(const VerificationInput& input);

/// Bounds on a payload beside `token_bytes`, and on a header.
inline constexpr std::size_t payload_depth_max = 16;
inline constexpr std::size_t payload_values_max = 512;

/// Arena and scratch that verify_token() needs at most for a token of `token_bytes`. What follows
/// it in `scratch` is for claims that are objects.
std::size_t arena_bytes_max(std::size_t token_bytes);
std::size_t scratch_bytes_max(std::size_t token_bytes, std::size_t facts_bytes);

}  // namespace postern::token::jwt
