// Single flight: one question to a provider, however many requests wait for the answer; and what
// becomes of them.
#include "core/gateway/lookup.hpp"

#include <cstring>

#include "core/gateway/engine.hpp"

namespace postern::gateway {
namespace {

// How often a lookup that waits for another engine's looks whether that is done when nobody
// notifies it.
constexpr Duration elsewhere_patience = seconds(1);
// How long a claim holds without being given up: longer than a well engine needs. Beyond, its owner
// counts as dead.
constexpr Duration flight_patience = seconds(60);

policy::Situation situation_of(token::Refusal refusal) {
  switch (refusal) {
    case token::Refusal::Expired:
      return policy::Situation::TokenExpired;
    case token::Refusal::NotYetValid:
      return policy::Situation::TokenNotYetValid;
    case token::Refusal::WrongIssuer:
      return policy::Situation::IssuerMismatch;
    case token::Refusal::Malformed:
      return policy::Situation::TokenMalformed;
    case token::Refusal::TooLarge:
      return policy::Situation::ClaimUnusable;
    case token::Refusal::Inactive:
    case token::Refusal::WrongType:
    case token::Refusal::Algorithm:
    case token::Refusal::UnknownKey:
    case token::Refusal::Signature:
    case token::Refusal::WrongSubject:
    case token::Refusal::Bound:
      break;
  }
  return policy::Situation::TokenRefused;
}

}  // namespace

// A miss: join the lookup that runs for this token, or start one.
Stage Gateway::park(Exchange& x) {
  if (waiters_ >= config_.limits.waiters) {
    counters_.add(Counter::LookupsWaitersFull);
    return respond(x, policy::Situation::Overloaded, "waiters");
  }
  std::uint16_t slot = find_lookup(
      [&](const Lookup& lookup) { return !lookup.is_for_document && lookup.tag == request_.tag; });
  if (slot != no_slot) {
    counters_.add(Counter::LookupsShared);
    wait_for(x, slot);
    return Stage::Parked;
  }
  const auto acquired = lookups_.acquire();
  if (!acquired) {
    counters_.add(Counter::LookupsExhausted);
    return respond(x, policy::Situation::Overloaded, "lookups");
  }
  slot = *acquired;
  Lookup& lookup = lookups_[slot];
  lookup.connector = token::find_connector(x.endpoint->authenticate.connector);
  lookup.revalidate = x.endpoint->authenticate.revalidate;
  lookup.tag = request_.tag;
  lookup.generation = shared_.cache.generation();
  lookup.digest = x.digest;
  lookup.provider = request_.provider;
  enlist(slot);
  if (!claim_flight(lookup.tag)) {
    counters_.add(Counter::LookupsElsewhere);
    leave_to_others(lookup);
    wait_for(x, slot);
    return Stage::Parked;
  }
  // Between our look into the cache and our claim another engine may have finished.
  if (workers_ > 1) {
    if (const auto known = recall(lookup.tag)) {
      end_lookup(slot);
      return decided(x, *known);
    }
  }
  counters_.add(Counter::LookupsStarted);
  const token::Verification verification = lookup.connector->begin(
      verification_input(lookup.provider, request_.credential.token, lookup.revalidate));
  refresh_documents(lookup.provider);
  if (verification.kind == token::Verification::Kind::Need) {
    end_lookup(slot);
    return await_document(x, verification);
  }
  if (verification.kind != token::Verification::Kind::Ask) {
    remember(lookup, verification);
    end_lookup(slot);
    return decided(x, verification);
  }
  if (!ask(slot, verification.request)) {
    end_lookup(slot);
    return respond(x, policy::Situation::Overloaded, "provider-connections");
  }
  wait_for(x, slot);
  return Stage::Parked;
}

// Puts a lookup that was just begun on the books.
void Gateway::enlist(std::uint16_t slot) {
  lookups_[slot].next = first_lookup_;
  if (first_lookup_ != no_slot) lookups_[first_lookup_].previous = slot;
  first_lookup_ = slot;
}

// Another engine asks.
void Gateway::leave_to_others(Lookup& lookup) const {
  lookup.elsewhere = true;
  lookup.deadline = clock_.now + elsewhere_patience;
}

void Gateway::wait_for(Exchange& x, std::uint16_t slot) {
  Lookup& lookup = lookups_[slot];
  const std::uint16_t waiter = connections_[x.client].user;
  x.lookup = slot;
  x.next_waiter = no_slot;
  x.parked = clock_.now;
  (lookup.last_waiter == no_slot ? lookup.first_waiter
                                 : exchanges_[lookup.last_waiter].next_waiter) = waiter;
  lookup.last_waiter = waiter;
  ++waiters_;
}

// A client that left while it waited. What was asked goes on: the answer is worth keeping.
void Gateway::leave_lookup(Exchange& x) {
  const std::uint16_t slot = x.lookup;
  Lookup& lookup = lookups_[slot];
  const std::uint16_t waiter = connections_[x.client].user;
  std::uint16_t before = no_slot;
  for (std::uint16_t at = lookup.first_waiter; at != waiter; at = exchanges_[at].next_waiter) {
    POSTERN_ASSERT(at != no_slot);
    before = at;
  }
  (before == no_slot ? lookup.first_waiter : exchanges_[before].next_waiter) = x.next_waiter;
  if (lookup.last_waiter == waiter) lookup.last_waiter = before;
  stop_waiting(x);
  if (lookup.first_waiter == no_slot && lookup.connection == no_slot) end_lookup(slot);
}

void Gateway::stop_waiting(Exchange& x) {
  x.lookup = x.next_waiter = no_slot;
  x.provider_time = x.provider_time + (clock_.now - x.parked);
  --waiters_;
}

// Ends a lookup; each of those who waited for it goes on at the stage that `go_on` gives it.
template <class GoOn>
void Gateway::wake_waiters(std::uint16_t slot, GoOn go_on) {
  std::uint16_t waiter = lookups_[slot].first_waiter;
  lookups_[slot].first_waiter = no_slot;
  end_lookup(slot);
  while (waiter != no_slot) {
    Exchange& x = exchanges_[waiter];
    waiter = x.next_waiter;
    stop_waiting(x);
    x.stage = parse_again(x) ? go_on(x) : respond(x, policy::Situation::Internal, "head-changed");
    step(x);
  }
}

Stage Gateway::decided(Exchange& x, const token::Verification& verification) {
  switch (verification.kind) {
    case token::Verification::Kind::Verified:
      request_.facts = verification.facts;
      return Stage::Policy;
    case token::Verification::Kind::Refused:
      return respond(x, situation_of(verification.refusal), token::name(verification.refusal));
    case token::Verification::Kind::Passed:
      request_.details.retry_after_s = verification.retry_after_s;
      return pass_refusal(x, verification.status, verification.message);
    case token::Verification::Kind::Need:
    case token::Verification::Kind::Ask:
    case token::Verification::Kind::Undecided:
      break;
  }
  request_.details.retry_after_s = verification.retry_after_s;
  if (verification.problem == token::ProviderError::ClockUnknown) {
    counters_.add(Counter::ClockRefused);
    return respond(x, policy::Situation::ClockNotTrusted, {});
  }
  return respond(x, policy::Situation::ProviderFault, token::name(verification.problem));
}

token::VerificationInput Gateway::verification_input(std::uint16_t provider, std::string_view token,
                                                     Duration revalidate) {
  adopt_metadata(provider);
  json_arena_.reset();
  return {config_,
          providers_[provider],
          token,
          clock_,
          provider_request_,
          json_arena_,
          verified_facts_.first(config_.limits.facts_bytes),
          revalidate};
}

// The token as its first waiter still holds it: a lookup keeps no copy. Empty when no waiter is
// left.
std::string_view Gateway::lookup_token(const Lookup& lookup) {
  if (lookup.first_waiter == no_slot) return {};
  Exchange& x = exchanges_[lookup.first_waiter];
  return parse_again(x) ? request_.credential.token : std::string_view{};
}

// The result is in: remembered if it may be, then every waiter goes on with it. Nothing else writes
// to `verified_facts_` before this returns: a waiter's next request is not served before its answer
// was sent.
void Gateway::finish_lookup(std::uint16_t slot, const token::Verification& verification) {
  if (verification.kind == token::Verification::Kind::Need) return end_and_wake(slot);
  Lookup& lookup = lookups_[slot];
  if (lookup.asks != 0) {
    const bool is_fault = verification.kind == token::Verification::Kind::Undecided;
    note_provider(lookup.provider, is_fault ? std::optional(verification.problem) : std::nullopt);
  }
  remember(lookup, verification);
  wake_waiters(slot, [&](Exchange& x) { return decided(x, verification); });
}

// What was waited for is there, or will not be: every waiter looks at its own token again. How
// often is bounded, so that two that spoil each other's way come to an end.
void Gateway::end_and_wake(std::uint16_t slot) {
  wake_waiters(slot, [this](Exchange& x) {
    if (++x.rounds <= token::asks_max) return Stage::Credential;
    return decided(x, token::Verification::undecided(token::ProviderError::Unreachable));
  });
}

// How the provider behaves is said once, when it changes.
void Gateway::note_provider(std::uint16_t index, std::optional<token::ProviderError> problem) {
  token::Provider& provider = providers_[index];
  if (!problem) {
    if (provider.note_answer()) record_provider(provider, "well", {});
  } else if (*problem != token::ProviderError::ClockUnknown) {
    counters_.add(Counter::ProviderFaults);
    if (provider.note_fault(*problem)) record_provider(provider, "fault", token::name(*problem));
  }
}

// Takes a lookup that nobody waits for off the books.
void Gateway::end_lookup(std::uint16_t slot) {
  Lookup& lookup = lookups_[slot];
  if (lookup.connection != no_slot) {
    connections_[lookup.connection].user = no_slot;
    discard(lookup.connection);
  }
  if (lookup.body != no_slot) answers_.release(lookup.body, true);
  if (!lookup.elsewhere && !lookup.is_for_document) end_flight(lookup.tag);
  (lookup.previous == no_slot ? first_lookup_ : lookups_[lookup.previous].next) = lookup.next;
  if (lookup.next != no_slot) lookups_[lookup.next].previous = lookup.previous;
  lookups_.release(slot);
}

// --- The cache -----------------------------------------------------------------------------------

// An entry is the facts, and behind them the digest.
std::optional<token::Facts> Gateway::take_cached(std::span<const std::byte> entry,
                                                 std::uint32_t& digest) {
  if (entry.size() < cached_digest_bytes) return {};
  std::memcpy(&digest, entry.last(cached_digest_bytes).data(), cached_digest_bytes);
  return token::Facts::from_cache(entry.first(entry.size() - cached_digest_bytes));
}

void Gateway::remember(const Lookup& lookup, const token::Verification& verification) {
  if (verification.lifetime.us <= 0) return;
  const MonotonicTime expires = clock_.now + verification.lifetime;
  if (verification.kind == token::Verification::Kind::Refused ||
      verification.kind == token::Verification::Kind::Passed) {
    shared_.cache.store_refused(lookup.tag, expires, lookup.generation);
  }
  if (verification.kind != token::Verification::Kind::Verified) return;
  const std::size_t size = verification.facts->bytes().size();
  POSTERN_ASSERT(verification.facts->bytes().data() == verified_facts_.data());
  std::memcpy(verified_facts_.data() + size, &lookup.digest, cached_digest_bytes);
  shared_.cache.store(lookup.tag, verified_facts_.first(size + cached_digest_bytes), expires,
                      verification.facts->expires_at().value_or(WallTime{}), lookup.generation);
}

// What another engine may have put into the cache meanwhile.
std::optional<token::Verification> Gateway::recall(const crypto::Tag& tag) {
  const cache::Found found =
      shared_.cache.find(tag, clock_, shared_.cache.generation(), verified_facts_);
  if (found.kind == cache::Found::Kind::Refused) {
    return token::Verification::refused(token::Refusal::Inactive, {});
  }
  if (found.kind == cache::Found::Kind::Miss) return {};
  std::uint32_t digest = 0;
  const auto facts = take_cached(verified_facts_.first(found.size), digest);
  if (!facts) return {};
  return token::Verification::verified(*facts, {});
}

// --- Other engines -------------------------------------------------------------------------------

bool Gateway::claim_flight(const crypto::Tag& tag) {
  if (workers_ == 1) return true;
  return shared_.flights.begin(tag, worker_, clock_.now, clock_.now + flight_patience).kind ==
         cache::Flights::Claim::Kind::Mine;
}

void Gateway::end_flight(const crypto::Tag& tag) {
  if (workers_ == 1) return;
  shared_.flights.end(tag, worker_);
  wake_others_ = true;
}

// Another engine asks for us. When it is done, or has been silent for too long, look again.
void Gateway::look_again(std::uint16_t slot) {
  Lookup& lookup = lookups_[slot];
  if (lookup.is_for_document) return look_again_at_document(slot);
  leave_to_others(lookup);
  if (const auto known = recall(lookup.tag)) return finish_lookup(slot, *known);
  if (!claim_flight(lookup.tag)) return;
  // It got no answer that could be shared: ask ourselves.
  lookup.elsewhere = false;
  if (const auto known = recall(lookup.tag)) return finish_lookup(slot, *known);
  counters_.add(Counter::LookupsStarted);
  const std::string_view token = lookup_token(lookup);
  const token::Verification verification =
      lookup.connector->begin(verification_input(lookup.provider, token, lookup.revalidate));
  if (verification.kind != token::Verification::Kind::Ask) return finish_lookup(slot, verification);
  if (!ask(slot, verification.request)) provider_fault(slot, token::ProviderError::Unreachable);
}

// Looks once at every lookup that waits for another engine and whose deadline is not after `due`. A
// look may end its own lookup and begin others, so the list is walked from its front each time.
void Gateway::look_again_at_all(MonotonicTime due) {
  ++look_;
  for (;;) {
    std::uint16_t slot = first_lookup_;
    while (slot != no_slot) {
      const Lookup& lookup = lookups_[slot];
      if (lookup.elsewhere && lookup.look != look_ && lookup.deadline <= due) break;
      slot = lookup.next;
    }
    if (slot == no_slot) return;
    lookups_[slot].look = look_;
    look_again(slot);
  }
}

}  // namespace postern::gateway
