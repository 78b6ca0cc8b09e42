#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/config/config.hpp"
#include "core/policy/standard_answers.hpp"

namespace postern::policy {

/// An answer of the gateway itself, with the wishes of the configuration applied. Texts live as
/// long as the configuration.
struct Answer {
  /// What the body is.
  enum class Body : std::uint8_t {
    Problem,   ///< application/problem+json with `why`, `title`, `status` and `detail` (RFC 9457).
    Plain,     ///< text/plain: `title` and a line end.
    Empty,     ///< None.
    Verbatim,  ///< `text` of type `content_type`, as the configuration has it.
  };

  Situation situation = Situation::Internal;
  std::uint16_t status = 500;
  Challenge challenge = Challenge::None;
  bool retry_after = false;  ///< Carries Retry-After.
  bool closes = false;       ///< The connection cannot be used further.
  Body body = Body::Problem;
  std::string_view why;     ///< Last part of the problem's type, and the access log's word.
  std::string_view title;   ///< Also the reason phrase.
  std::string_view detail;  ///< Empty when the configuration changed status or text.
  bool is_foreign = false;  ///< `detail` is somebody else's text: shown, and escaped.
  std::string_view content_type;
  std::string_view text;
};

/// The case of "errors" in the configuration that covers a situation; several share one where
/// clients should not see a difference. Nothing for what is wrong with a request as HTTP beside
/// BadRequest: those statuses are the protocol's own, only the set applies to them.
std::optional<config::ErrorCase> error_case(Situation situation);

/// The standard answer of `situation`, with the set and, if they are to override, the replacements
/// of `errors`: those of the endpoint, or of the whole configuration before one is known. Only for
/// answers the gateway makes; what a provider or an upstream answered is never changed.
///
/// A replaced status keeps the protocol whole: 401 always carries a challenge, another status
/// carries the standard one only if it is the standard status (a hidden 401 must not show one).
Answer answer_for(const config::Errors& errors, Situation situation);

/// The answer that passes on a provider's refusal: its status (400 to 599) and its message, in the
/// form of the set. Never overridden: it is the provider's, not the gateway's.
Answer answer_of_provider(const config::Errors& errors, std::uint16_t status,
                          std::string_view message);

}  // namespace postern::policy
