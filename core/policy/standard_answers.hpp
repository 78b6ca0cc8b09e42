#pragma once

#include <cstdint>
#include <string_view>

#include "core/policy/situation.hpp"

namespace postern::policy {

/// Which WWW-Authenticate goes with an answer (RFC 6750 section 3).
enum class Challenge : std::uint8_t {
  None,
  Plain,              ///< `Bearer realm=…`: authenticate first.
  InvalidRequest,     ///< `error="invalid_request"`
  InvalidToken,       ///< `error="invalid_token"`
  InvalidProof,       ///< `DPoP error="invalid_dpop_proof"` (RFC 9449 section 7.1)
  UseNonce,           ///< `DPoP error="use_dpop_nonce"` (RFC 9449 section 9)
  InsufficientScope,  ///< `error="insufficient_scope", scope="…"`
};

/// What the gateway answers in one situation, before the endpoint's own wishes.
struct StandardAnswer {
  Situation situation;
  std::uint16_t status;
  Challenge challenge;
  bool retry_after;  ///< Carries Retry-After.
  bool closes;  ///< The connection cannot be used further: where this request ends is not known.
  std::string_view why;     ///< Word for the access log and the last part of the problem's `type`.
  std::string_view title;   ///< RFC 9457 `title`: the same for every occurrence.
  std::string_view detail;  ///< RFC 9457 `detail`. Says nothing about rules, claims or the network
                            ///< behind the gateway.
};

/// The table of behaviour.md, "Answers the gateway itself makes", in one place. O(1).
const StandardAnswer& standard_answer(Situation situation);

}  // namespace postern::policy
