#include "core/cache/used_proofs.hpp"

namespace postern::cache {
namespace {

// Each use takes at most one slot and gives back up to two, so what is over never piles up.
constexpr int removals_per_use = 2;

MemoryRow index_row(std::uint32_t count) {
  return {"DPoP proofs: index", 1, FixedLru::memory_bytes({count, 0})};
}
MemoryRow times_row(std::uint32_t count) {
  return {"DPoP proofs: times", count, sizeof(MonotonicTime)};
}

}  // namespace

void UsedProofs::plan(MemoryPlan& plan, std::uint32_t count) {
  plan.add(index_row(count));
  plan.add(times_row(count));
}

UsedProofs::UsedProofs(Arena& arena, std::uint32_t count, Duration life)
    : index_(take_row(arena, index_row(count)), {count, 0}),
      until_(reinterpret_cast<MonotonicTime*>(take_row(arena, times_row(count)).data()), count),
      life_(life) {}

UsedProofs::Use UsedProofs::use(const crypto::Tag& tag, MonotonicTime now) {
  const SpinGuard guard(lock_);
  remove_over(now);
  const std::uint32_t known = index_.find(tag);
  if (known != FixedLru::none) {
    if (now < until_[known]) return Use::Again;
    index_.remove(known);
  }
  if (index_.size(0) == until_.size()) return Use::Full;
  until_[index_.insert(0, tag).slot] = now + life_;
  return Use::First;
}

std::size_t UsedProofs::size() const {
  const SpinGuard guard(lock_);
  return index_.size(0);
}

// REQUIRES: the lock is held. The clocks of two workers may have been read in another order than
// they came here: by so little one that is over may wait behind one that is not.
void UsedProofs::remove_over(MonotonicTime now) {
  for (int i = 0; i < removals_per_use; ++i) {
    const std::uint32_t oldest = index_.oldest(0);
    if (oldest == FixedLru::none || now < until_[oldest]) return;
    index_.remove(oldest);
  }
}

}  // namespace postern::cache
