// policy: what the configuration allows, decided on facts.
// In: a request head, verified facts, an immutable configuration, clocks.
// Out: an endpoint, a provider, a decision, what an answer says.
// Never: a claim that is not verified, an allocation, a call to a provider, a decision remembered
// from an earlier request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace postern::policy {

/// Every reason for an answer that the gateway makes itself. behaviour.md, "Answers the gateway
/// itself makes", has the same list; error_set.hpp says what each one looks like.
enum class Situation : std::uint8_t {
  // The request as HTTP
  BadRequest,          ///< 400, closes: malformed or ambiguous head, framing or path.
  RequestTimeout,      ///< 408, closes: head or body not whole in time.
  ContentTooLarge,     ///< 413
  TargetTooLong,       ///< 414, closes.
  ExpectationFailed,   ///< 417
  HeadTooLarge,        ///< 431, closes.
  MethodUnknown,       ///< 501
  VersionUnsupported,  ///< 505, closes.
  // The endpoint
  NotFound,          ///< 404
  MethodNotAllowed,  ///< 405, Allow
  // The credential
  TokenAbsent,     ///< 401, challenge without error
  SeveralTokens,   ///< 400 invalid_request
  TokenMalformed,  ///< 401 invalid_token, as all of the next
  TokenRefused,    ///< The provider knows it not, or no more.
  TokenExpired,
  TokenNotYetValid,
  TokenTooOld,
  IssuerMismatch,
  AudienceMismatch,
  BindingMismatch,  ///< It is bound to a key or certificate that the client did not show, or shall
                    ///< be
                    ///< and is not.
  ProofInvalid,     ///< 401 invalid_dpop_proof
  ProofNonce,       ///< 401 use_dpop_nonce
  ProviderRefusal,  ///< The provider's own status: it refused the token, and said so to us.
  NoProvider,       ///< 401: the request selects no provider and there is no default.
  // The rules
  ScopeMissing,      ///< 403 insufficient_scope
  ClaimMismatch,     ///< 403
  ClientNotAllowed,  ///< 403
  ClaimUnusable,  ///< 403: a claim that a header needs holds control bytes, or is too long for one.
  RateExceeded,   ///< 429
  // What the gateway depends on
  ProviderFault,        ///< 503, Retry-After
  ClockNotTrusted,      ///< 503
  Overloaded,           ///< 503, Retry-After: one of our pools is used up.
  UpstreamUnreachable,  ///< 502
  UpstreamBroken,       ///< 502: not HTTP, or an answer this gateway cannot pass on.
  UpstreamTimeout,      ///< 504
  Internal,             ///< 500: a case that should not be.
};
inline constexpr std::size_t situation_count = static_cast<std::size_t>(Situation::Internal) + 1;

/// Short stable word for the access log's `why`, such as "scope" or "expired".
std::string_view why(Situation situation);

}  // namespace postern::policy
