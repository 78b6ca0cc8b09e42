// Every claim that anything in the file refers to gets a slot, once.
#include <algorithm>

#include "core/config/loader.hpp"

namespace postern::config {

std::uint16_t Loader::slot_of(const Spot& where) {
  const auto path = path_of(where);
  return path ? add_claim(where, where.text(), *path) : no_slot;
}

// Nothing, after saying so, when it is none.
std::optional<json::JsonPath> Loader::path_of(const Spot& where) {
  if (!where.value().is(json::Type::String)) return {};
  const auto path = json::JsonPath::compile(where.text(), arena_);
  if (path) return *path;
  const Shown shown(where.value());
  const Shown place(std::int64_t{path.error().offset} + 1);
  constexpr std::string_view remedy = "write a path such as $.sub, $.realm.roles or $['a b'][0]";
  switch (path.error().error) {
    case json::JsonPathError::Invalid:
      report_.add(where, {shown, " is not a JSONPath (character ", place, ")"}, {remedy});
      break;
    case json::JsonPathError::NotDefinite:
      report_.add(where, {shown, " may select several values (character ", place, ")"}, {remedy});
      break;
    case json::JsonPathError::TooLong:
      report_.add(where, {shown, " has too many steps"},
                  {"write at most ", Shown(json::JsonPath::steps_max), " of them"});
      break;
    case json::JsonPathError::NoMemory:
      no_memory_ = true;
      break;
  }
  return {};
}

// A claim that a rule uses without naming its path.
std::uint16_t Loader::standard_slot(const Spot& rule, std::string_view path) {
  const auto compiled = json::JsonPath::compile(path, arena_);
  no_memory_ |= !compiled;
  return compiled ? add_claim(rule, path, *compiled) : no_slot;
}

// What a token may be revoked by is kept of every token.
void Loader::keep_revocable(const Spot& endpoints) {
  const bool has_tokens = std::any_of(endpoints_.begin(), endpoints_.end(), [](const auto& it) {
    return it.authenticate.connector != Connector::None;
  });
  if (!has_tokens || config_->limits.revocations == 0) return;
  StandardSlots& slots = config_->standard_slots;
  slots.subject = standard_slot(endpoints, "$.sub");
  slots.client_id = standard_slot(endpoints, "$.client_id");
  slots.token_id = standard_slot(endpoints, "$.jti");
}

// What binds a token to its client is kept of every token whose binding is looked at.
void Loader::keep_binding(const Spot& endpoints) {
  const auto any = [&](auto holds) {
    return std::any_of(endpoints_.begin(), endpoints_.end(), [&](const Endpoint& endpoint) {
      return endpoint.authenticate.connector != Connector::None && holds(endpoint.authenticate);
    });
  };
  StandardSlots& slots = config_->standard_slots;
  if (any([](const Authenticate&) { return true; })) {
    slots.key = standard_slot(endpoints, "$.cnf.jkt");
  }
  if (any([](const Authenticate& it) { return it.binding != CertificateBinding::Off; })) {
    slots.certificate = standard_slot(endpoints, "$.cnf['x5t#S256']");
  }
}

std::uint16_t Loader::add_claim(const Spot& where, std::string_view text,
                                const json::JsonPath& path) {
  for (std::size_t slot = 0; slot < claim_count_; ++slot) {
    if (claims_[slot].path == path) return static_cast<std::uint16_t>(slot);
  }
  if (claim_count_ == claims_.size()) {
    report_.add(where, {"is one claim too many"},
                {"use at most ", Shown(claim_slots_max), " different claims in the whole file"});
    return no_slot;
  }
  claims_[claim_count_] = {keep(text), path};
  return static_cast<std::uint16_t>(claim_count_++);
}

}  // namespace postern::config
