#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/config/config.hpp"
#include "core/http/method.hpp"
#include "core/policy/error_set.hpp"
#include "core/policy/rate_limit.hpp"
#include "core/token/dpop/nonces.hpp"

namespace postern::gateway {

/// In which field a client finds the nonce for its next DPoP proof (RFC 9449 section 8).
inline constexpr std::string_view nonce_field_name = "DPoP-Nonce";

/// What an answer of ours says beside its status and body. Each member is used only by the answers
/// it belongs to.
struct AnswerDetails {
  /// 401, 403: the schemes by which a token may be presented here (RFC 6750, RFC 9449).
  enum class Schemes : std::uint8_t { Bearer, Dpop, Both };

  Schemes schemes = Schemes::Bearer;
  std::optional<token::dpop::Nonces::Text> nonce;  ///< Any: DPoP-Nonce.
  http::MethodSet allowed;                         ///< 405: Allow.
  const config::ScopeRule* scopes =
      nullptr;                      ///< 403 insufficient_scope: the rule that did not hold.
  policy::RateVerdict rate;         ///< 429: RateLimit fields.
  std::uint32_t retry_after_s = 1;  ///< 503, 429: Retry-After.
};

/// Writes a whole answer of the gateway: head and, unless `head_only`, body. `keep_alive` and
/// `minor` decide about Connection. Nothing of a request, a token or a claim goes into it. RFC 9457
/// (body), RFC 6750 section 3 and RFC 9449 section 7.1 (challenge).
void write_answer(ByteWriter& out, const policy::Answer& answer, const AnswerDetails& details,
                  bool head_only, bool keep_alive, std::uint8_t minor);

}  // namespace postern::gateway
