#include "core/cache/flights.hpp"

namespace postern::cache {

MemoryRow Flights::index_row(std::uint32_t claim_count) {
  return {"flights: index", 1, FixedLru::memory_bytes({claim_count, 0})};
}

MemoryRow Flights::holders_row(std::uint32_t claim_count) {
  return {"flights: holders", claim_count, sizeof(Holder)};
}

void Flights::plan(MemoryPlan& plan, std::uint32_t claim_count) {
  plan.add(index_row(claim_count));
  plan.add(holders_row(claim_count));
}

Flights::Flights(Arena& arena, std::uint32_t claim_count)
    : index_(take_row(arena, index_row(claim_count)), {claim_count, 0}),
      holders_(reinterpret_cast<Holder*>(take_row(arena, holders_row(claim_count)).data())) {
  POSTERN_ASSERT(claim_count >= 1);
}

Flights::Claim Flights::begin(const crypto::Tag& tag, std::uint16_t worker, MonotonicTime now,
                              MonotonicTime deadline) {
  const SpinGuard guard(lock_);
  std::uint32_t slot = index_.find(tag);
  if (slot != FixedLru::none) {
    const Holder& holder = holders_[slot];
    if (holder.worker != worker && now < holder.deadline) {
      return {Claim::Kind::Foreign, holder.deadline};
    }
    index_.use(slot);
  } else {
    slot = index_.insert(0, tag).slot;
  }
  holders_[slot] = {deadline, worker};
  return {Claim::Kind::Mine, deadline};
}

void Flights::end(const crypto::Tag& tag, std::uint16_t worker) {
  const SpinGuard guard(lock_);
  const std::uint32_t slot = index_.find(tag);
  if (slot != FixedLru::none && holders_[slot].worker == worker) index_.remove(slot);
}

std::size_t Flights::size() const {
  const SpinGuard guard(lock_);
  return index_.size(0);
}

}  // namespace postern::cache
