// What was revoked before its time is refused, however good its facts are.
#include "core/gateway/engine.hpp"

namespace postern::gateway {
namespace {

crypto::TagUse tag_use(Revoked what) {
  switch (what) {
    case Revoked::Token:
      return crypto::TagUse::RevokedToken;
    case Revoked::Subject:
      return crypto::TagUse::RevokedSubject;
    case Revoked::Client:
      return crypto::TagUse::RevokedClient;
    case Revoked::TokenId:
      break;
  }
  return crypto::TagUse::RevokedTokenId;
}

crypto::Tag tag_of(const Shared& shared, Revoked what, std::uint16_t provider,
                   std::string_view value) {
  return crypto::keyed_tag(shared.token_key, tag_use(what),
                           what == Revoked::Token ? std::uint16_t{0} : provider, value);
}

}  // namespace

bool revoke(Shared& shared, Revoked what, std::uint16_t provider, std::string_view value,
            Duration life, MonotonicTime now) {
  return shared.revocations.add(tag_of(shared, what, provider, value), now + life, now);
}

bool Gateway::is_revoked(Revoked what, std::uint16_t provider, std::string_view value) const {
  return shared_.revocations.contains(tag_of(shared_, what, provider, value), clock_.now);
}

// By any of the claims that name it.
bool Gateway::is_revoked(const token::Facts& facts) const {
  const config::StandardSlots& slots = config_.standard_slots;
  const auto is_named = [&](Revoked what, std::uint16_t slot) {
    if (slot == no_slot) return false;
    const auto value = facts.claim(slot).string();
    return value && is_revoked(what, facts.provider(), *value);
  };
  return is_named(Revoked::Subject, slots.subject) || is_named(Revoked::Client, slots.client_id) ||
         is_named(Revoked::TokenId, slots.token_id);
}

}  // namespace postern::gateway
