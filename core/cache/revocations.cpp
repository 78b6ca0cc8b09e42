#include "core/cache/revocations.hpp"

#include <algorithm>

namespace postern::cache {
namespace {

MemoryRow index_row(std::uint32_t count) {
  return {"revocations: index", 1, FixedLru::memory_bytes({count, 0})};
}
MemoryRow times_row(std::uint32_t count) {
  return {"revocations: times", count, sizeof(MonotonicTime)};
}

}  // namespace

void Revocations::plan(MemoryPlan& plan, std::uint32_t count) {
  plan.add(index_row(count));
  plan.add(times_row(count));
}

Revocations::Revocations(Arena& arena, std::uint32_t count)
    : index_(take_row(arena, index_row(count)), {count, 0}),
      until_(reinterpret_cast<MonotonicTime*>(take_row(arena, times_row(count)).data()), count) {}

bool Revocations::add(const crypto::Tag& tag, MonotonicTime until, MonotonicTime now) {
  if (until <= now) return true;
  const SpinGuard guard(lock_);
  std::uint32_t slot = index_.find(tag);
  if (slot == FixedLru::none) {
    if (index_.size(0) == until_.size()) remove_over(now);
    if (index_.size(0) == until_.size()) return false;
    slot = index_.insert(0, tag).slot;
    until_[slot] = until;
    size_.store(index_.size(0), std::memory_order_release);
  }
  until_[slot] = std::max(until_[slot], until);
  return true;
}

bool Revocations::contains(const crypto::Tag& tag, MonotonicTime now) const {
  if (empty()) return false;
  const SpinGuard guard(lock_);
  const std::uint32_t slot = index_.find(tag);
  return slot != FixedLru::none && now < until_[slot];
}

// REQUIRES: the lock is held, and every slot is in use.
void Revocations::remove_over(MonotonicTime now) {
  for (std::uint32_t slot = 0; slot < until_.size(); ++slot) {
    if (until_[slot] <= now) index_.remove(slot);
  }
  size_.store(index_.size(0), std::memory_order_release);
}

}  // namespace postern::cache
