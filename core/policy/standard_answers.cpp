#include "core/policy/standard_answers.hpp"

#include <array>
#include <cstddef>

#include "core/base/assert.hpp"

namespace postern::policy {

namespace {

// Columns: situation, status, challenge, Retry-After, closes, why, title, detail.
constexpr std::array<StandardAnswer, situation_count> standard_answers = {{
    {Situation::BadRequest, 400, Challenge::None, false, true, "bad-request", "Bad Request",
     "The request is not well-formed HTTP, or its framing or path is ambiguous."},
    {Situation::RequestTimeout, 408, Challenge::None, false, true, "request-timeout",
     "Request Timeout", "The request did not arrive in time."},
    {Situation::ContentTooLarge, 413, Challenge::None, false, true, "content-too-large",
     "Content Too Large", "The request's content is larger than accepted here."},
    {Situation::TargetTooLong, 414, Challenge::None, false, true, "target-too-long", "URI Too Long",
     "The request target is longer than accepted here."},
    {Situation::ExpectationFailed, 417, Challenge::None, false, true, "expectation",
     "Expectation Failed", "Only the expectation 100-continue is supported."},
    {Situation::HeadTooLarge, 431, Challenge::None, false, true, "head-too-large",
     "Request Header Fields Too Large",
     "The request's header section is larger than accepted here."},
    {Situation::MethodUnknown, 501, Challenge::None, false, true, "not-implemented",
     "Not Implemented", "The request method or transfer coding is not supported."},
    {Situation::VersionUnsupported, 505, Challenge::None, false, true, "version",
     "HTTP Version Not Supported", "Only HTTP/1.1 and HTTP/1.0 are supported."},
    {Situation::NotFound, 404, Challenge::None, false, false, "not-found", "Not Found",
     "No endpoint is configured for this host and path."},
    {Situation::MethodNotAllowed, 405, Challenge::None, false, false, "method",
     "Method Not Allowed", "The endpoint does not allow this method."},
    {Situation::TokenAbsent, 401, Challenge::Plain, false, false, "token-absent", "Unauthorized",
     "A bearer token is required."},
    {Situation::SeveralTokens, 400, Challenge::InvalidRequest, false, false, "several-tokens",
     "Bad Request", "The request carries more than one token."},
    {Situation::TokenMalformed, 401, Challenge::InvalidToken, false, false, "token-malformed",
     "Unauthorized", "The token is not well-formed."},
    {Situation::TokenRefused, 401, Challenge::InvalidToken, false, false, "token", "Unauthorized",
     "The token is not valid."},
    {Situation::TokenExpired, 401, Challenge::InvalidToken, false, false, "expired", "Unauthorized",
     "The token has expired."},
    {Situation::TokenNotYetValid, 401, Challenge::InvalidToken, false, false, "not-yet-valid",
     "Unauthorized", "The token is not valid yet."},
    {Situation::TokenTooOld, 401, Challenge::InvalidToken, false, false, "too-old", "Unauthorized",
     "The token was issued too long ago."},
    {Situation::IssuerMismatch, 401, Challenge::InvalidToken, false, false, "issuer",
     "Unauthorized", "The token is from another issuer."},
    {Situation::AudienceMismatch, 401, Challenge::InvalidToken, false, false, "audience",
     "Unauthorized", "The token is meant for another audience."},
    {Situation::BindingMismatch, 401, Challenge::InvalidToken, false, false, "binding",
     "Unauthorized", "The client does not show the key or certificate that the token must have."},
    {Situation::ProofInvalid, 401, Challenge::InvalidProof, false, false, "dpop-proof",
     "Unauthorized", "The DPoP proof is missing or does not hold for this request."},
    {Situation::ProofNonce, 401, Challenge::UseNonce, false, false, "dpop-nonce", "Unauthorized",
     "The DPoP proof needs a nonce of this gateway."},
    {Situation::ProviderRefusal, 401, Challenge::InvalidToken, false, false, "provider-refusal",
     "Unauthorized", "The identity provider does not accept the token."},
    {Situation::NoProvider, 401, Challenge::Plain, false, false, "no-provider", "Unauthorized",
     "The request selects no known identity provider."},
    {Situation::ScopeMissing, 403, Challenge::InsufficientScope, false, false, "scope", "Forbidden",
     "The token lacks a scope that this endpoint needs."},
    {Situation::ClaimMismatch, 403, Challenge::None, false, false, "claim", "Forbidden",
     "The token's claims do not permit this."},
    {Situation::ClientNotAllowed, 403, Challenge::None, false, false, "client", "Forbidden",
     "The client may not use this endpoint."},
    {Situation::ClaimUnusable, 403, Challenge::None, false, false, "claim-unusable", "Forbidden",
     "A claim of the token cannot be passed on as a header."},
    {Situation::RateExceeded, 429, Challenge::None, true, false, "rate", "Too Many Requests",
     "The rate limit of this endpoint is exceeded."},
    {Situation::ProviderFault, 503, Challenge::None, true, false, "provider", "Service Unavailable",
     "The token could not be verified: the identity provider did not give a usable answer."},
    {Situation::ClockNotTrusted, 503, Challenge::None, true, false, "clock", "Service Unavailable",
     "The time is not known well enough to decide."},
    {Situation::Overloaded, 503, Challenge::None, true, false, "overload", "Service Unavailable",
     "Too many requests are being served at this moment."},
    {Situation::UpstreamUnreachable, 502, Challenge::None, false, false, "upstream-unreachable",
     "Bad Gateway", "The service behind this gateway cannot be reached."},
    {Situation::UpstreamBroken, 502, Challenge::None, false, false, "upstream-broken",
     "Bad Gateway", "The service behind this gateway gave an answer that cannot be passed on."},
    {Situation::UpstreamTimeout, 504, Challenge::None, false, false, "upstream-timeout",
     "Gateway Timeout", "The service behind this gateway did not answer in time."},
    {Situation::Internal, 500, Challenge::None, false, false, "internal", "Internal Server Error",
     "The gateway met a case that it does not know."},
}};

constexpr bool rows_stand_in_order() {
  for (std::size_t i = 0; i < situation_count; ++i) {
    if (static_cast<std::size_t>(standard_answers[i].situation) != i) return false;
  }
  return true;
}
static_assert(rows_stand_in_order(), "one row per situation, in its order");

}  // namespace

const StandardAnswer& standard_answer(Situation situation) {
  const auto index = static_cast<std::size_t>(situation);
  POSTERN_ASSERT(index < situation_count);
  return standard_answers[index];
}

std::string_view why(Situation situation) { return standard_answer(situation).why; }

}  // namespace postern::policy
