#pragma once

#include <string_view>

#include "core/config/config.hpp"
#include "core/token/facts.hpp"

namespace postern::policy {

/// Whether `claim` satisfies a rule (behaviour.md, step 8). A claim of one value counts as a list
/// of one; order and repetition do not count; values are compared whole, case counts, and only
/// values of one kind are ever equal: the string "7" is not the number 7. Numbers are equal when
/// they are spelled alike.
///
/// | match   | holds when                                         | absent or empty claim |
/// |---------|----------------------------------------------------|-----------------------|
/// | `any`   | some value of the claim is among the rule's        | fails                 |
/// | `all`   | every value of the rule is among the claim's       | fails                 |
/// | `exact` | both, and the claim has no value beside the rule's | fails                 |
/// | `none`  | no value of the claim is among the rule's          | holds                 |
///
/// An object, or an array inside the array, cannot be compared: a claim that has one satisfies no
/// rule, `none` included. O(values of the claim x values of the rule).
bool claim_matches(const token::Claim& claim, const config::ClaimRule& rule);

/// Whether one of the claim's values is the string `text`: `aud` may be one string or an array.
bool has_string(const token::Claim& claim, std::string_view text);

}  // namespace postern::policy
