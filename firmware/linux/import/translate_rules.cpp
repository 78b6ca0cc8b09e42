#include <array>
#include <string>
#include <string_view>

#include "firmware/linux/import/claim_path.hpp"
#include "firmware/linux/import/comma_list.hpp"
#include "firmware/linux/import/fields.hpp"
#include "firmware/linux/import/translate_parts.hpp"

namespace postern::importer {
namespace {

struct Policy {
  std::string_view name;
  std::string_view match;
};
constexpr std::array<Policy, 4> policies{{
    {"matchany", "any"},
    {"matchall", "all"},
    {"matchexact", "exact"},
    {"matchnone", "none"},
}};

std::vector<Text> texts_of(const Entry* entry, Notes& notes) {
  std::vector<Text> texts;
  if (entry == nullptr) return texts;
  for (std::string& text : split_at_commas(entry->value)) {
    texts.push_back({std::move(text), entry->source});
  }
  if (texts.empty()) {
    notes.push_back({entry->source, "names nothing, so that nothing is checked",
                     "take it out, or write what is accepted"});
  }
  return texts;
}

// A word that is no policy is written with its name, which no word of ours has in front: `any`
// instead of a misspelt `matchnone` would let in whom it keeps out.
std::string match_of(const Entry* policy, Notes& notes) {
  if (policy == nullptr) return "any";
  for (const Policy& row : policies) {
    if (row.name == policy->value) return std::string(row.match);
  }
  notes.push_back({policy->source, "is none of matchall, matchexact, matchnone, matchany",
                   "write match yourself: all, exact, none or any"});
  return policy->source.name + ":" + policy->value;
}

void translate_claims(PreInputs& inputs, Connector& connector, Notes& notes) {
  const Entry* entry = inputs.take("nonstandard_claims");
  if (entry == nullptr || entry->value.empty()) return;
  const FieldsOrProblem read = read_fields(entry->value, entry->value_line);
  const auto* fields = std::get_if<std::vector<Field>>(&read);
  if (fields == nullptr) {
    connector.claims_not_read = {entry->value, entry->source};
    notes.push_back({entry->source, std::string(std::get<std::string_view>(read)),
                     "write {\"claim\":\"value,value\",...}"});
    return;
  }
  for (const Field& field : *fields) {
    Rule rule;
    rule.source = {field.line, entry->source.name + "." + field.name};
    rule.claim = path_of_claim(field.name);
    rule.match = match_of(inputs.take(field.name + "MatchPolicy"), notes);
    rule.values = split_at_commas(field.text);
    if (field.is_object) {
      notes.push_back({rule.source, "is an object, not a list of values",
                       "write the values with commas between them"});
    }
    connector.claims.push_back(std::move(rule));
  }
}

void translate_age(PreInputs& inputs, Connector& connector, Notes& notes) {
  const Entry* entry = inputs.take("token_expiry_override");
  if (entry == nullptr || entry->value.empty()) return;
  connector.max_token_age_s = seconds_of_minutes(*entry, notes);
  const auto* seconds = std::get_if<std::uint64_t>(&connector.max_token_age_s->value);
  if (seconds == nullptr || *seconds != 0) return;
  connector.max_token_age_s->value = entry->value;
  notes.push_back({entry->source,
                   "is 0, which ends every token at once; in Postern 0 means no limit",
                   "write max_token_age_s yourself, or take it out"});
}

}  // namespace

void translate_rules(PreInputs& inputs, Connector& connector, Notes& notes) {
  connector.issuers = texts_of(inputs.take("iss"), notes);
  connector.audience = texts_of(inputs.take("aud"), notes);
  translate_claims(inputs, connector, notes);
  translate_age(inputs, connector, notes);
}

}  // namespace postern::importer
