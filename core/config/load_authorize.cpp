#include "core/config/loader.hpp"
#include "core/config/tables.hpp"

namespace postern::config {
namespace {

// RFC 6749 section 3.3.
bool is_scope_token(std::string_view text) {
  for (const char c : text) {
    if (c < 0x21 || c > 0x7E || c == '"' || c == '\\') return false;
  }
  return !text.empty();
}

ClaimValue::Kind kind_of(const json::Value& value) {
  switch (value.type()) {
    case json::Type::Number:
      return ClaimValue::Kind::Number;
    case json::Type::Boolean:
      return value.boolean() ? ClaimValue::Kind::True : ClaimValue::Kind::False;
    case json::Type::Null:
      return ClaimValue::Kind::Null;
    default:
      return ClaimValue::Kind::String;
  }
}

std::string_view text_of(const json::Value& value) {
  switch (value.type()) {
    case json::Type::String:
      return value.text();
    case json::Type::Number:
      return value.number_text();
    case json::Type::Boolean:
      return value.boolean() ? "true" : "false";
    default:
      return "null";
  }
}

}  // namespace

void Loader::load_authorize(const Spot& spot, Authorize& authorize) {
  if (!spot.value().is(json::Type::Object)) return;
  StandardSlots& slots = config_->standard_slots;
  const Spot scopes = spot.member("scopes");
  if (scopes.value().is(json::Type::Object) && scopes.size() != 0) {
    const std::span<ScopeRule> rules = take<ScopeRule>(scopes.size());
    std::size_t count = 0;
    scopes.for_each([&](const Spot& rule) {
      for (std::size_t i = 0; i < std::size(tables::matches) && count < rules.size(); ++i) {
        if (rule.value().name() != tables::matches[i]) continue;
        rules[count++] = {static_cast<Match>(i), texts(rule)};
        rule.for_each([&](const Spot& value) {
          if (!value.value().is(json::Type::String) || is_scope_token(value.text())) return;
          report_.add(value, {Shown(value.value()), " is not a scope"},
                      {"write one scope, without blanks, quotes and backslashes"});
        });
      }
    });
    authorize.scopes = rules.first(count);
    slots.scope = standard_slot(scopes, "$.scope");
    slots.scp = standard_slot(scopes, "$.scp");
  }
  authorize.audience = texts(spot.member("audience"));
  authorize.issuers = texts(spot.member("issuers"));
  authorize.clients = texts(spot.member("clients"));
  if (!authorize.audience.empty()) {
    slots.audience = standard_slot(spot.member("audience"), "$.aud");
  }
  if (!authorize.issuers.empty()) slots.issuer = standard_slot(spot.member("issuers"), "$.iss");
  if (!authorize.clients.empty()) {
    slots.client_id = standard_slot(spot.member("clients"), "$.client_id");
  }
  authorize.max_token_age = seconds(number(spot, tables::authorize_members, "max_token_age_s"));
  const Spot claims = spot.member("claims");
  if (!claims.value().is(json::Type::Array)) return;
  const std::span<ClaimRule> rules = take<ClaimRule>(claims.size());
  std::size_t count = 0;
  claims.for_each([&](const Spot& rule) {
    if (count < rules.size()) load_claim_rule(rule, rules[count++]);
  });
  authorize.claims = rules;
}

void Loader::load_claim_rule(const Spot& spot, ClaimRule& rule) {
  rule.slot = slot_of(spot.member("claim"));
  rule.match = static_cast<Match>(word_index(spot.member("match"), tables::matches, 0));
  const Spot list = spot.member("values");
  if (!list.value().is(json::Type::Array)) return;
  const std::span<ClaimValue> values = take<ClaimValue>(list.size());
  std::size_t count = 0;
  for (const json::Value value : list.value()) {
    if (count < values.size()) values[count++] = {kind_of(value), keep(text_of(value))};
  }
  rule.values = values;
}

}  // namespace postern::config
