#pragma once

#include <cstddef>

#include "core/config/config.hpp"
#include "core/token/connector.hpp"

namespace postern::token::oauth2 {

/// The connector "oauth2": asks the provider about every unknown token (RFC 7662).
///
/// What is sent. POST: a form with `token` and `token_type_hint`. GET: the same as a query, except
/// that mode `status` without client authentication presents the token itself (`Authorization:
/// Bearer`), as legacy validation endpoints want it. The gateway's credentials go into the
/// Authorization field (client_secret_basic) or the form (client_secret_post,
/// private_key_jwt; with tls_client_auth only who it is, the certificate being the proof).
///
/// What an answer means, in this order:
///
/// | answer                                   | mode rfc7662    | mode status                   |
/// |------------------------------------------|-----------------|-------------------------------|
/// | 400, 401, 403, 404, other 4xx            | 503             | refused, but 503 for 401 and  |
/// |                                          |                 | 403 to our own credentials    |
/// | 408, 429, any other status but 200       | 503             | 503                           |
/// | not one JSON object                      | 503             | valid without claims, but 503 |
/// |                                          |                 | when the media type is JSON   |
/// | another media type than JSON             | 503             | as by `active`, no claims     |
/// | `"active": true`                         | valid           | valid                         |
/// | `"active": false`                        | refused         | refused                       |
/// | `active` absent                          | 503             | valid                         |
/// | `active` of another type                 | 503             | 503                           |
///
/// No media type at all counts as JSON where the text is JSON: older providers send none, and RFC
/// 9110 section 8.3 lets a recipient look. A valid token is still refused when it is bound in a
/// way that cannot be proved here (can_be_proved(), or type DPoP without a key), is a refresh
/// token, has another issuer than the provider is configured with, or has expired. An absent `iss`
/// is accepted: RFC 7662 makes it optional, and the answer comes from the provider itself. A member
/// that is null counts as absent: common serialisers write unset members like that.
///
/// How long it is remembered: until `exp` minus `safety_margin_s`, but at most `max_ttl_s`; the
/// latter without `exp`. While the clock is Unknown a token with `exp` is not remembered at all,
/// since nobody here can tell when it ends; the provider, who can, is asked every time. So
/// `clock.unknown.tokens` plays no part: the dates of these tokens are the provider's to judge.
/// Cache-Control of the answer plays no part: RFC 7662 section 4 leaves the trade-off to the
/// protected resource, whose operator sets `max_ttl_s`.
Verification begin(const VerificationInput& input);
Verification answered(const VerificationInput& input, const ProviderAnswer& answer);

/// Scratch that begin() needs at most for a token of `token_bytes`. REQUIRES: the provider has
/// introspection.
std::size_t request_bytes_max(const config::Provider& provider, std::size_t token_bytes);

/// Bounds on a provider's answer beside `provider_answer_bytes`; the size of `json_arena` follows
/// from them (json::parse_arena_bytes).
inline constexpr std::size_t answer_depth_max = 16;
inline constexpr std::size_t answer_values_max = 1024;

}  // namespace postern::token::oauth2
