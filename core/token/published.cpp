#include "core/token/published.hpp"

#include <algorithm>

#include "core/base/assert.hpp"

namespace postern::token {
namespace {

// For how many cool-downs a name that a fetch did not bring causes no other.
// Two: a provider that signs before it has published everywhere is not refused for long.
constexpr std::int64_t asked_cooldowns = 2;
// A fetch that nobody has ended: its engine is dead.
constexpr Duration fetch_patience = seconds(60);

bool is_among(const crypto::VerificationKey& key, std::span<const crypto::VerificationKey> keys) {
  return std::any_of(keys.begin(), keys.end(), [&](const crypto::VerificationKey& other) {
    const auto a = key.key.bytes();
    const auto b = other.key.bytes();
    return key.key.kind() == other.key.kind() && key.name == other.name &&
           std::equal(a.begin(), a.end(), b.begin(), b.end());
  });
}

}  // namespace

void select_keys(std::span<const crypto::VerificationKey> keys, const crypto::KeyName* kid,
                 crypto::SignatureAlgorithm algorithm, KeyCandidates& candidates) {
  for (const crypto::VerificationKey& key : keys) {
    if (!key.algorithms.contains(algorithm)) continue;
    if (kid != nullptr && (!key.has_name || key.name != *kid)) continue;
    if (candidates.count == KeyCandidates::count_max) {
      candidates.too_many = true;
      return;
    }
    candidates.keys[candidates.count++] = key.key;
  }
}

Published::State Published::state(Document document, MonotonicTime now) const {
  const SpinGuard guard(lock_);
  const Fetch& it = fetch(document);
  if (!it.present || now >= it.usable_until) return State::Absent;
  return now < it.fresh_until ? State::Fresh : State::Stale;
}

bool Published::was_fetched(Document document) const {
  const SpinGuard guard(lock_);
  return fetch(document).present;
}

Published::Permit Published::begin_fetch(Document document, MonotonicTime now) {
  const SpinGuard guard(lock_);
  Fetch& it = fetch(document);
  if (now < it.next_attempt) {
    return {it.running ? Permit::Kind::Running : Permit::Kind::Later, it.next_attempt};
  }
  it.running = true;
  it.next_attempt = now + fetch_patience;
  return {Permit::Kind::Granted, it.next_attempt};
}

bool Published::is_being_fetched(Document document, MonotonicTime now) const {
  const SpinGuard guard(lock_);
  const Fetch& it = fetch(document);
  return it.running && now < it.next_attempt;
}

bool Published::may_fetch(Document document, MonotonicTime now) const {
  const SpinGuard guard(lock_);
  const Fetch& it = fetch(document);
  return it.running || now >= it.next_attempt;
}

Duration Published::time_to_fetch(Document document, MonotonicTime now) const {
  const SpinGuard guard(lock_);
  return std::max(Duration{}, fetch(document).next_attempt - now);
}

void Published::fetch_failed(Document document, MonotonicTime now, bool reached) {
  const SpinGuard guard(lock_);
  Fetch& it = fetch(document);
  const Duration cooldown = provider_->keys.cooldown;
  it.running = false;
  if (document == Document::KeySet) asked_for_ = {};
  it.next_attempt = now + (reached ? cooldown : std::min(retry_unreachable, cooldown));
}

void Published::fetched(Document document, MonotonicTime now, Duration fresh, Duration usable) {
  Fetch& it = fetch(document);
  it.running = false;
  it.present = true;
  it.next_attempt = now + provider_->keys.cooldown;
  it.fresh_until = now + fresh;
  it.usable_until = std::max(now + usable, it.fresh_until);
}

bool Published::publish_keys(std::span<const crypto::VerificationKey> keys, MonotonicTime now,
                             std::optional<std::uint32_t> fresh_s) {
  POSTERN_ASSERT(!keys.empty());
  keys = keys.first(std::min(keys.size(), keys_.size()));
  const config::KeySource& source = provider_->keys;
  Duration fresh = source.refresh;
  if (fresh_s) fresh = std::clamp(seconds(*fresh_s), std::min(source.cooldown, fresh), fresh);
  const SpinGuard guard(lock_);
  const auto before = std::span<const crypto::VerificationKey>(keys_).first(key_count_);
  const bool gone = std::any_of(before.begin(), before.end(),
                                [&](const auto& key) { return !is_among(key, keys); });
  std::copy(keys.begin(), keys.end(), keys_.begin());
  key_count_ = keys.size();
  fetched(Document::KeySet, now, fresh, source.offline);
  return gone;
}

void Published::publish_addresses(
    const std::array<std::string_view, discovered_service_count>& addresses, MonotonicTime now) {
  const SpinGuard guard(lock_);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const bool fits = addresses[i].size() <= discovered_address_bytes_max;
    addresses_[i].size = fits ? addresses[i].size() : 0;
    std::copy_n(addresses[i].begin(), addresses_[i].size, addresses_[i].text.begin());
  }
  ++address_version_;
  // Endpoints that worked are used until the provider says otherwise.
  fetched(Document::Metadata, now, metadata_refresh, never - now);
}

void Published::find_keys(const crypto::KeyName* kid, crypto::SignatureAlgorithm algorithm,
                          MonotonicTime now, KeyCandidates& candidates) const {
  const SpinGuard guard(lock_);
  if (now >= fetch(Document::KeySet).usable_until) return;
  select_keys(keys_.first(key_count_), kid, algorithm, candidates);
}

void Published::note_asked_for(const crypto::KeyName& kid, MonotonicTime now) {
  const SpinGuard guard(lock_);
  asked_for_[asked_next_] = {kid, now + Duration{asked_cooldowns * provider_->keys.cooldown.us}};
  asked_next_ = (asked_next_ + 1) % asked_for_.size();
}

bool Published::was_asked_for(const crypto::KeyName& kid, MonotonicTime now) const {
  const SpinGuard guard(lock_);
  return std::any_of(asked_for_.begin(), asked_for_.end(),
                     [&](const AskedFor& it) { return now < it.until && it.name == kid; });
}

std::uint32_t Published::address_version() const {
  const SpinGuard guard(lock_);
  return address_version_;
}

std::string_view Published::address(Service service,
                                    std::span<char, discovered_address_bytes_max> into) const {
  const SpinGuard guard(lock_);
  const Address& it = addresses_[static_cast<std::size_t>(service)];
  std::copy_n(it.text.begin(), it.size, into.begin());
  return {into.data(), it.size};
}

}  // namespace postern::token
