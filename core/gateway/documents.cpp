// What providers publish for everybody: key sets and metadata. Fetched when a token needs them, by
// one engine for all; whoever waited looks at its token again afterwards.
#include "core/token/documents.hpp"

#include "core/gateway/engine.hpp"

namespace postern::gateway {
namespace {

token::Verification instead_of(token::Verification verification) {
  verification.kind = verification.otherwise;
  return verification;
}

}  // namespace

// The token cannot be judged without a document: wait for it, if it may be fetched now.
Stage Gateway::await_document(Exchange& x, const token::Verification& verification) {
  const std::uint16_t provider = request_.provider;
  const token::Document document = verification.document;
  std::uint16_t slot = find_fetch(provider, document);
  if (slot == no_slot) {
    const auto permit = shared_.published[provider].begin_fetch(document, clock_.now);
    if (permit.kind == token::Published::Permit::Kind::Later) {
      return decided(x, instead_of(verification));
    }
    slot = begin_fetch(provider, document, permit);
    if (slot == no_slot) return respond(x, policy::Situation::Overloaded, "lookups");
  }
  wait_for(x, slot);
  return Stage::Parked;
}

// This engine's running fetch of the document, or its wait for another engine's.
std::uint16_t Gateway::find_fetch(std::uint16_t provider, token::Document document) const {
  return find_lookup([&](const Lookup& lookup) {
    return lookup.is_for_document && lookup.provider == provider && lookup.document == document;
  });
}

// no_slot: there is no room for it; nothing is owed to anybody then.
std::uint16_t Gateway::begin_fetch(std::uint16_t provider, token::Document document,
                                   const token::Published::Permit& permit) {
  const bool is_ours = permit.kind == token::Published::Permit::Kind::Granted;
  const auto acquired = lookups_.acquire();
  if (!acquired) {
    counters_.add(Counter::LookupsExhausted);
    if (is_ours) shared_.published[provider].fetch_failed(document, clock_.now, false);
    return no_slot;
  }
  const std::uint16_t slot = *acquired;
  Lookup& lookup = lookups_[slot];
  lookup.is_for_document = true;
  lookup.document = document;
  lookup.provider = provider;
  enlist(slot);
  if (!is_ours) {
    counters_.add(Counter::LookupsElsewhere);
    leave_to_others(lookup);
    return slot;
  }
  if (ask_for_document(slot)) return slot;
  shared_.published[provider].fetch_failed(document, clock_.now, false);
  end_lookup(slot);
  return no_slot;
}

bool Gateway::ask_for_document(std::uint16_t slot) {
  const Lookup& lookup = lookups_[slot];
  counters_.add(Counter::LookupsStarted);
  return ask(slot, token::document_request(providers_[lookup.provider], lookup.document));
}

// Documents that are past their time still serve, as keys from a file do; new ones are fetched
// while nobody waits.
void Gateway::refresh_documents(std::uint16_t provider) {
  const config::Provider& config = config_.providers[provider];
  const auto refresh = [&](token::Document document) {
    token::Published& published = shared_.published[provider];
    const auto state = published.state(document, clock_.now);
    const bool serves = state == token::Published::State::Stale ||
                        (document == token::Document::KeySet && !config.keys.fixed.empty() &&
                         !published.was_fetched(document));
    if (!serves) return;
    if (find_fetch(provider, document) != no_slot) return;
    const auto permit = published.begin_fetch(document, clock_.now);
    if (permit.kind != token::Published::Permit::Kind::Granted) return;
    begin_fetch(provider, document, permit);
  };
  if (config.discovery && config.discovery->used) refresh(token::Document::Metadata);
  if (config.keys.remote() && providers_[provider].address(token::Service::KeySet) != nullptr) {
    refresh(token::Document::KeySet);
  }
}

void Gateway::document_answered(std::uint16_t slot, const token::ProviderAnswer& answer) {
  Lookup& lookup = lookups_[slot];
  token::Provider& provider = providers_[lookup.provider];
  json_arena_.reset();
  const token::DocumentOutcome outcome = token::take_document(
      provider, lookup.document, answer, clock_.now, key_scratch_, json_arena_);
  if (outcome.problem) {
    if (outcome.try_elsewhere && lookup.asks == 1) {
      provider.use_second_metadata_place(!provider.uses_second_metadata_place());
      if (ask_for_document(slot)) return;
    }
    return document_failed(slot, *outcome.problem);
  }
  if (lookup.document == token::Document::KeySet) counters_.add(Counter::KeysFetched);
  if (outcome.keys_gone) {
    counters_.add(Counter::KeysGone);
    shared_.cache.advance_generation();
  }
  end_fetch(slot, {});
}

void Gateway::document_failed(std::uint16_t slot, token::ProviderError problem) {
  const Lookup& lookup = lookups_[slot];
  const bool reached = problem != token::ProviderError::Unreachable;
  shared_.published[lookup.provider].fetch_failed(lookup.document, clock_.now, reached);
  end_fetch(slot, problem);
}

// The document is published, or `problem` is why not: everybody who waits for it looks again.
void Gateway::end_fetch(std::uint16_t slot, std::optional<token::ProviderError> problem) {
  note_provider(lookups_[slot].provider, problem);
  wake_others_ = workers_ > 1;
  end_and_wake(slot);
}

// Another engine fetches for us. When it is done, everybody looks again; when it has been silent
// for too long, we fetch.
void Gateway::look_again_at_document(std::uint16_t slot) {
  Lookup& lookup = lookups_[slot];
  const auto permit = shared_.published[lookup.provider].begin_fetch(lookup.document, clock_.now);
  switch (permit.kind) {
    case token::Published::Permit::Kind::Running:
      return leave_to_others(lookup);
    case token::Published::Permit::Kind::Later:
      return end_and_wake(slot);
    case token::Published::Permit::Kind::Granted:
      lookup.elsewhere = false;
      adopt_metadata(lookup.provider);
      if (!ask_for_document(slot)) document_failed(slot, token::ProviderError::Unreachable);
      return;
  }
}

// Addresses that any engine has learned since: the connections to the old ones are of no use.
void Gateway::adopt_metadata(std::uint16_t provider) {
  const unsigned changed = providers_[provider].adopt_metadata();
  if (changed == 0 || config_.providers[provider].proxy != nullptr) return;
  for (const token::Service service : token::services) {
    const std::uint16_t target = provider_target(provider, service);
    const bool is_changed = (changed >> static_cast<unsigned>(service) & 1U) != 0;
    if (is_changed && target != no_slot) targets_.moved(target);
  }
}

}  // namespace postern::gateway
