#include "core/policy/claim_match.hpp"

#include <algorithm>

namespace postern::policy {

namespace {

using Kind = config::ClaimValue::Kind;
using token::ValueKind;

bool same_kind(ValueKind found, Kind wanted) {
  switch (wanted) {
    case Kind::String:
      return found == ValueKind::String;
    case Kind::Number:
      return found == ValueKind::Number;
    case Kind::True:
      return found == ValueKind::True;
    case Kind::False:
      return found == ValueKind::False;
    case Kind::Null:
      return found == ValueKind::Null;
  }
  return false;
}

bool equal(const token::Value& found, const config::ClaimValue& wanted) {
  return same_kind(found.kind, wanted.kind) && found.text == wanted.text;
}

bool is_comparable(const token::Claim& claim) {
  for (const token::Value& value : claim) {
    if (value.kind == ValueKind::Json) return false;
  }
  return true;
}

bool some_value_is_listed(const token::Claim& claim, const config::ClaimRule& rule) {
  for (const token::Value& found : claim) {
    for (const config::ClaimValue& wanted : rule.values) {
      if (equal(found, wanted)) return true;
    }
  }
  return false;
}

bool every_value_is_listed(const token::Claim& claim, const config::ClaimRule& rule) {
  for (const token::Value& found : claim) {
    const auto is_found = [&found](const config::ClaimValue& wanted) {
      return equal(found, wanted);
    };
    if (!std::any_of(rule.values.begin(), rule.values.end(), is_found)) return false;
  }
  return true;
}

bool every_listed_is_present(const token::Claim& claim, const config::ClaimRule& rule) {
  for (const config::ClaimValue& wanted : rule.values) {
    bool present = false;
    for (const token::Value& found : claim) present = present || equal(found, wanted);
    if (!present) return false;
  }
  return true;
}

}  // namespace

bool claim_matches(const token::Claim& claim, const config::ClaimRule& rule) {
  if (!is_comparable(claim)) return false;
  const bool has_values = claim.begin() != claim.end();
  switch (rule.match) {
    case config::Match::Any:
      return some_value_is_listed(claim, rule);
    case config::Match::All:
      return has_values && every_listed_is_present(claim, rule);
    case config::Match::Exact:
      return has_values && every_listed_is_present(claim, rule) &&
             every_value_is_listed(claim, rule);
    case config::Match::None:
      return !some_value_is_listed(claim, rule);
  }
  return false;
}

bool has_string(const token::Claim& claim, std::string_view text) {
  for (const token::Value& value : claim) {
    if (value.kind == ValueKind::String && value.text == text) return true;
  }
  return false;
}

}  // namespace postern::policy
