#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/config/config.hpp"
#include "core/http/method.hpp"
#include "core/policy/error_set.hpp"
#include "core/policy/rate_limit.hpp"

namespace postern::gateway {

/// What an answer of ours says beside its status and body. Each member is used only by the answers
/// it belongs to.
struct AnswerDetails {
  http::MethodSet allowed;  ///< 405: Allow.
  const config::ScopeRule* scopes =
      nullptr;                      ///< 403 insufficient_scope: the rule that did not hold.
  policy::RateVerdict rate;         ///< 429: RateLimit fields.
  std::uint32_t retry_after_s = 1;  ///< 503, 429: Retry-After.
};

/// Writes a whole answer of the gateway: head and, unless `head_only`, body. `keep_alive` and
/// `minor` decide about Connection. Nothing of a request, a token or a claim goes into it. RFC 9457
/// (body), RFC 6750 section 3 (challenge).
void write_answer(ByteWriter& out, const policy::Answer& answer, const AnswerDetails& details,
                  bool head_only, bool keep_alive, std::uint8_t minor);

}  // namespace postern::gateway
