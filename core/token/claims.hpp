#pragma once

#include <optional>
#include <span>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/config/config.hpp"
#include "core/json/document.hpp"
#include "core/token/facts_builder.hpp"

namespace postern::token {

/// The dates of a token (RFC 7519 section 4.1, RFC 7662 section 2.2), as far as it says them.
struct TokenTimes {
  std::optional<WallTime> expires_at;
  std::optional<WallTime> not_before;
  std::optional<WallTime> issued_at;
};

/// A date that is there but cannot be read.
struct MalformedDate {};

/// Reads `exp`, `nbf` and `iat` of `document`. A member that is null counts as absent; one that is
/// no NumericDate is never taken for "without limit".
Result<TokenTimes, MalformedDate> read_times(const json::Value& document);

/// Fills the slot of each of `claims` that leads somewhere in `document`. Objects, and arrays
/// inside arrays, are written as compact JSON into `scratch` on their way. False: `scratch` is too
/// small for one of them. O(claims x members + text).
bool add_claims(FactsBuilder& facts, const json::Value& document,
                std::span<const config::Claim> claims, std::span<char> scratch);

}  // namespace postern::token
