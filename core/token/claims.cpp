#include "core/token/claims.hpp"

#include <algorithm>
#include <cstdint>

#include "core/base/dates.hpp"
#include "core/json/writer.hpp"
#include "core/token/numeric_date.hpp"

namespace postern::token {
namespace {

bool read_time(const json::Value& document, std::string_view name, std::optional<WallTime>& time) {
  const json::Value date = document.member(name);
  if (!date.present() || date.is(json::Type::Null)) return true;
  if (!date.is(json::Type::Number)) return false;
  time = parse_numeric_date(date.number_text());
  return time.has_value();
}

// False: `scratch` is too small.
bool add_value(FactsBuilder& facts, const json::Value& value, std::span<char> scratch) {
  switch (value.type()) {
    case json::Type::Absent:
    case json::Type::Null:
      facts.add(ValueKind::Null, "null");
      return true;
    case json::Type::Boolean:
      facts.add(value.boolean() ? ValueKind::True : ValueKind::False,
                value.boolean() ? "true" : "false");
      return true;
    case json::Type::Number:
      facts.add(ValueKind::Number, value.number_text());
      return true;
    case json::Type::String:
      facts.add(ValueKind::String, value.text());
      return true;
    case json::Type::Array:
    case json::Type::Object:
      break;
  }
  ByteWriter text(scratch);
  json::write_value(text, value);
  if (!text.ok()) return false;
  facts.add(ValueKind::Json, text.written());
  return true;
}

}  // namespace

Result<TokenTimes, MalformedDate> read_times(const json::Value& document) {
  TokenTimes times;
  if (!read_time(document, "exp", times.expires_at) ||
      !read_time(document, "nbf", times.not_before) ||
      !read_time(document, "iat", times.issued_at)) {
    return Failure{MalformedDate{}};
  }
  return times;
}

Duration facts_lifetime(const config::Provider& provider, const std::optional<WallTime>& expires_at,
                        const Clock& clock) {
  if (!expires_at) return provider.max_ttl;
  const auto left_s = seconds_until(clock, *expires_at);
  if (!left_s) return {};
  // Dates lie within 2^53 s, but not all of them are microseconds in 64 bits.
  const std::int64_t max_s =
      provider.max_ttl.us / 1'000'000 + provider.safety_margin.us / 1'000'000 + 1;
  const Duration left = seconds(std::min(*left_s, max_s));
  const Duration life{left.us - provider.safety_margin.us};
  return std::clamp(life, Duration{}, provider.max_ttl);
}

bool add_claims(FactsBuilder& facts, const json::Value& document,
                std::span<const config::Claim> claims, std::span<char> scratch,
                const json::Value& second) {
  for (std::size_t slot = 0; slot < claims.size(); ++slot) {
    json::Value value = claims[slot].path.find(document);
    if (!value.present() && second.present()) value = claims[slot].path.find(second);
    if (!value.present()) continue;
    const bool is_list = value.is(json::Type::Array);
    facts.begin_claim(static_cast<std::uint16_t>(slot), is_list);
    if (!is_list) {
      if (!add_value(facts, value, scratch)) return false;
      continue;
    }
    for (const json::Value element : value) {
      if (!add_value(facts, element, scratch)) return false;
    }
  }
  return true;
}

Verification verified_facts(VerifierKey key, const VerificationInput& input,
                            const json::Value& claims, const TokenTimes& times,
                            std::span<char> scratch, const Verification& too_large,
                            const json::Value& second) {
  const auto slot_count = static_cast<std::uint16_t>(input.config.claims.size());
  FactsBuilder builder(key, input.facts_memory, input.provider.index(), slot_count);
  builder.set_times(times.expires_at, times.not_before, times.issued_at);
  const bool whole = add_claims(builder, claims, input.config.claims, scratch, second);
  const auto facts = builder.finish();
  if (!whole || !facts) return too_large;
  return Verification::verified(
      *facts, facts_lifetime(input.provider.config(), times.expires_at, input.clock));
}

}  // namespace postern::token
