#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace postern::config {

/// The gateway's own answers, as far as a configuration may change them. Names as in the file.
/// Malformed requests (BadRequest and what closes the connection) have other statuses of their own,
/// see policy/situation.hpp.
#define POSTERN_ERROR_CASES(X)                                                           \
  X(BadRequest, "bad_request", 400, "the request or its path is malformed")              \
  X(SeveralTokens, "several_tokens", 400, "the token stands in more than one place")     \
  X(TokenAbsent, "token_absent", 401, "there is no token")                               \
  X(TokenInvalid, "token_invalid", 401, "the token is not (or no more) valid here")      \
  X(Proof, "dpop_proof", 401, "the DPoP proof is missing or does not hold")              \
  X(NoProvider, "no_provider", 401, "the request selects no provider")                   \
  X(Scope, "scope", 403, "a scope is missing")                                           \
  X(Forbidden, "forbidden", 403, "a claim or client rule does not hold")                 \
  X(NoMatch, "no_match", 404, "no endpoint matches")                                     \
  X(Method, "method", 405, "the endpoint does not take this method")                     \
  X(Rate, "rate", 429, "too many requests")                                              \
  X(Internal, "internal", 500, "a case that should not be")                              \
  X(UpstreamConnect, "upstream_connect", 502, "the upstream cannot be reached")          \
  X(UpstreamBroken, "upstream_broken", 502, "the upstream's answer cannot be passed on") \
  X(Provider, "provider", 503, "the provider cannot be reached or answers nonsense")     \
  X(Clock, "clock", 503, "the clock is not trusted and the decision needs it")           \
  X(Exhausted, "exhausted", 503, "the gateway is at one of its limits")                  \
  X(UpstreamTimeout, "upstream_timeout", 504, "the upstream does not answer in time")

enum class ErrorCase : std::uint8_t {
#define POSTERN_ERROR_CASE_ENUMERATOR(enumerator, name, status, meaning) enumerator,
  POSTERN_ERROR_CASES(POSTERN_ERROR_CASE_ENUMERATOR)
#undef POSTERN_ERROR_CASE_ENUMERATOR
};

struct ErrorCaseDescription {
  std::string_view name;     ///< Member of "statuses".
  std::uint16_t status;      ///< Standard status.
  std::string_view meaning;  ///< For the schema.
};
inline constexpr auto error_cases = std::to_array<ErrorCaseDescription>({
#define POSTERN_ERROR_CASE_ROW(enumerator, name, status, meaning) {name, status, meaning},
    POSTERN_ERROR_CASES(POSTERN_ERROR_CASE_ROW)
#undef POSTERN_ERROR_CASE_ROW
});

/// What replaces a standard answer. Absent members leave that part as it is.
struct ErrorAnswer {
  ErrorCase error_case = ErrorCase::Internal;
  std::uint16_t status = 0;              ///< 0: standard.
  std::string_view text;                 ///< Reason phrase and title; empty: standard.
  std::optional<std::string_view> body;  ///< The whole body; may be empty.
  std::string_view content_type;         ///< Of `body`; empty: text/plain in UTF-8.
};

/// How the gateway's own answers look. Never applies to what an upstream or a provider answered.
struct Errors {
  enum class Set : std::uint8_t {
    Problem,  ///< "problem": application/problem+json (RFC 9457)
    Plain,    ///< "plain": one line of text/plain
    Empty,    ///< "empty": no body
  };
  Set set = Set::Problem;
  bool override = false;                 ///< `answers` apply.
  std::span<const ErrorAnswer> answers;  ///< At most one per case.

  /// What replaces the answer in `error_case`, or null. Null for all when `override` is false.
  [[nodiscard]] const ErrorAnswer* answer(ErrorCase error_case) const;
};

}  // namespace postern::config
