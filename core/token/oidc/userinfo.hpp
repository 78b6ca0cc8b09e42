#pragma once

#include <cstddef>

#include "core/config/config.hpp"
#include "core/token/connector.hpp"

namespace postern::token::oidc {

/// The connector "oidc": presents the token to the provider's UserInfo endpoint (OpenID Connect
/// Core section 5.3) and takes its answer for the facts.
///
/// A token that is a JWT is verified with the provider's keys first, where it has any and
/// `verify_locally` is not off: a forged one then costs no call.
///
/// | answer                        | what becomes of the request                               |
/// |-------------------------------|-----------------------------------------------------------|
/// | 200, a JSON object with `sub` | facts: its members, and those of the verified token that  |
/// |                               | it does not have; `exp` is the token's                    |
/// | 200, `sub` is not the token's | 401 (section 5.3.4)                                       |
/// | 200, anything else            | 503: the provider is at fault                             |
/// | 400 to 599                    | the provider's status, and its message as configured      |
/// | 405, 407, 426                 | 503: they speak of our own request                        |
/// | another status                | 503; a redirect is never followed                         |
///
/// A 401 is remembered for `negative_ttl_s`, unless a message of the provider goes with it. Other
/// refusals are not, since they say more about the moment than about the token.
Verification begin(const VerificationInput& input);
Verification answered(const VerificationInput& input, const ProviderAnswer& answer);

/// Longest message of a provider that a client is shown; longer ones are cut.
inline constexpr std::size_t message_bytes_max = 512;

/// Scratch that a request needs at most.
constexpr std::size_t request_bytes_max(std::size_t token_bytes) { return token_bytes + 16; }

}  // namespace postern::token::oidc
