#include "core/policy/scope_match.hpp"

#include <algorithm>
#include <cstddef>

namespace postern::policy {

namespace {

/// Calls `visit` for each word of the claim until it says true; true if it did.
template <class Visit>
bool any_word(const token::Claim& claim, const Visit& visit) {
  for (const token::Value& value : claim) {
    if (value.kind != token::ValueKind::String) continue;
    if (claim.is_list()) {
      if (visit(value.text)) return true;
      continue;
    }
    std::string_view words = value.text;
    while (!words.empty()) {
      const std::size_t end = std::min(words.find(' '), words.size());
      if (end != 0 && visit(words.substr(0, end))) return true;
      words.remove_prefix(std::min(end + 1, words.size()));
    }
  }
  return false;
}

}  // namespace

bool GrantedScopes::contains(std::string_view wanted) const {
  const auto is_wanted = [wanted](std::string_view word) { return word == wanted; };
  return any_word(scope, is_wanted) || any_word(scp, is_wanted);
}

bool GrantedScopes::within(std::span<const std::string_view> allowed) const {
  const auto is_other = [allowed](std::string_view word) {
    return std::find(allowed.begin(), allowed.end(), word) == allowed.end();
  };
  return !any_word(scope, is_other) && !any_word(scp, is_other);
}

bool scopes_match(const GrantedScopes& granted, const config::ScopeRule& rule) {
  const auto is_granted = [&granted](std::string_view scope) { return granted.contains(scope); };
  const auto begin = rule.values.begin();
  const auto end = rule.values.end();
  switch (rule.match) {
    case config::Match::Any:
      return std::any_of(begin, end, is_granted);
    case config::Match::All:
      return std::all_of(begin, end, is_granted);
    case config::Match::Exact:
      return std::all_of(begin, end, is_granted) && granted.within(rule.values);
    case config::Match::None:
      return std::none_of(begin, end, is_granted);
  }
  return false;
}

}  // namespace postern::policy
