#include "core/tls/certificate_store.hpp"

#include <algorithm>
#include <new>

#include "core/base/assert.hpp"
#include "core/base/memory_plan.hpp"
#include "core/tls/certificate_names.hpp"

namespace postern::tls {

// --- Lease ---------------------------------------------------------------------------------------

CertificateStore::Lease& CertificateStore::Lease::operator=(Lease&& other) noexcept {
  if (this == &other) return *this;
  release();
  held_ = other.held_;
  store_ = other.store_;
  count_ = other.count_;
  other.count_ = 0;
  return *this;
}

void CertificateStore::Lease::release() {
  for (std::size_t i = 0; i < count_; ++i) {
    unpin(store_->entries_[held_[i].entry], *held_[i].generation);
  }
  count_ = 0;
}

void CertificateStore::Lease::add(const Held& held) {
  POSTERN_ASSERT(count_ < held_.size());
  held_[count_++] = held;
}

// --- Making --------------------------------------------------------------------------------------

std::size_t CertificateStore::library_bytes(std::span<const Identity> identities, bool replaced) {
  // Measured: 4.7 KiB for a chain of two and a key on P-256, 9.2 KiB with keys of RSA 4096, which
  // is 3 times and 1.8 times their PEM; the rest is room for pieces that do not fit elsewhere.
  std::size_t total = 0;
  std::size_t largest = 0;
  for (const Identity& identity : identities) {
    const std::size_t pem_bytes = identity.chain.size() + identity.key.size();
    const std::size_t one = pem_bytes + pem_bytes / 2 + 2 * KiB;
    total += replaced ? 2 * one : one;
    largest = std::max(largest, one);
  }
  return total + largest;
}

CertificateStore* CertificateStore::create(Arena& arena, std::span<const Identity> identities,
                                           Role role) {
  void* place = arena.take(sizeof(CertificateStore), alignof(CertificateStore));
  void* first = arena.take(identities.size() * sizeof(Entry), alignof(Entry));
  if (place == nullptr || first == nullptr) return nullptr;
  const std::span<Entry> entries(static_cast<Entry*>(first), identities.size());
  for (Entry& entry : entries) new (&entry) Entry;
  auto* store = new (place) CertificateStore(entries, role);
  for (std::size_t i = 0; i < identities.size(); ++i) {
    entries[i].identity = &identities[i];
    if (renew(entries[i], identities[i].chain, identities[i].key, role) != IdentityProblem::None) {
      store->destroy();
      return nullptr;
    }
  }
  return store;
}

void CertificateStore::destroy() {
  for (Entry& entry : entries_) entry.~Entry();
  entries_ = {};
}

// --- Choosing ------------------------------------------------------------------------------------

CertificateStore::Lease CertificateStore::choose(std::string_view name) {
  Lease lease;
  lease.store_ = this;
  if (entries_.empty()) return lease;
  if (!name.empty()) {
    add_best(lease, name, false);
    add_best(lease, name, true);
  }
  if (lease.size() != 0) return lease;

  // Nobody is called so: the first of all, and the one of the other kind that is for its name.
  Generation* standard = pin(entries_.front());
  const bool is_rsa = standard->parsed.is_rsa();
  const std::string_view own = CertificateNames(*standard->parsed.chain()).next();
  if (is_rsa && !own.empty()) add_best(lease, own, false);
  lease.add({0, standard});
  if (!is_rsa && !own.empty()) add_best(lease, own, true);
  return lease;
}

void CertificateStore::add_best(Lease& lease, std::string_view name, bool rsa) {
  Lease::Held best;
  NameMatch best_match = NameMatch::None;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Lease::Held held{static_cast<std::uint16_t>(i), pin(entries_[i])};
    const NameMatch match = held.generation->parsed.is_rsa() == rsa
                                ? match_names(*held.generation->parsed.chain(), name)
                                : NameMatch::None;
    if (match <= best_match) {
      unpin(entries_[i], *held.generation);
      continue;
    }
    if (best.generation != nullptr) unpin(entries_[best.entry], *best.generation);
    best = held;
    best_match = match;
  }
  if (best.generation != nullptr) lease.add(best);
}

// --- Generations ---------------------------------------------------------------------------------

CertificateStore::Generation* CertificateStore::pin(Entry& entry) {
  const SpinGuard guard(entry.lock);
  ++entry.current->lease_count;
  return entry.current;
}

void CertificateStore::unpin(Entry& entry, Generation& generation) {
  {
    const SpinGuard guard(entry.lock);
    POSTERN_ASSERT(generation.lease_count != 0);
    if (--generation.lease_count != 0 || entry.current == &generation) return;
  }
  free(entry, generation);
}

// Nobody else knows it any more; wiping takes too long for the lock.
void CertificateStore::free(Entry& entry, Generation& generation) {
  generation.parsed.clear();
  const SpinGuard guard(entry.lock);
  generation.in_use = false;
}

IdentityProblem CertificateStore::renew(Entry& entry, std::span<const std::byte> chain,
                                        std::span<const std::byte> key, Role role) {
  Generation* fresh = nullptr;
  {
    const SpinGuard guard(entry.lock);
    for (Generation& generation : entry.generations) {
      if (generation.in_use) continue;
      generation.in_use = true;
      fresh = &generation;
      break;
    }
  }
  if (fresh == nullptr) return IdentityProblem::NoMemory;
  const IdentityProblem problem = fresh->parsed.parse(chain, key, role);
  if (problem != IdentityProblem::None) {
    free(entry, *fresh);
    return problem;
  }
  Generation* old = nullptr;
  {
    const SpinGuard guard(entry.lock);
    old = entry.current;
    entry.current = fresh;
    if (old != nullptr && old->lease_count != 0) old = nullptr;  // the last lease will free it
  }
  if (old != nullptr) free(entry, *old);
  return IdentityProblem::None;
}

bool CertificateStore::holds(const Identity& which) const {
  for (const Entry& entry : entries_) {
    if (entry.identity == &which) return true;
  }
  return false;
}

IdentityProblem CertificateStore::replace(const Identity& which, std::span<const std::byte> chain,
                                          std::span<const std::byte> key) {
  for (Entry& entry : entries_) {
    if (entry.identity == &which) return renew(entry, chain, key, role_);
  }
  POSTERN_ASSERT(false);
  return IdentityProblem::NoMemory;
}

}  // namespace postern::tls
