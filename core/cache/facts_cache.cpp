#include "core/cache/facts_cache.hpp"

#include <cstring>
#include <new>

#include "core/base/assert.hpp"
#include "core/base/dates.hpp"

namespace postern::cache {

namespace {

constexpr std::size_t good = 0;
constexpr std::size_t refused = 1;

/// Fewer entries than this per stripe and an uneven spread of tags would cost noticeable room.
constexpr std::uint32_t stripe_entries_min = 256;
constexpr std::uint32_t stripe_count_max = 64;

constexpr std::uint32_t divided_up(std::uint32_t n, std::uint32_t by) {
  return n / by + (n % by == 0 ? 0 : 1);
}

}  // namespace

/// One part of the cache, with everything a look needs. Two cache lines apart from its neighbour,
/// since processors fetch lines in pairs.
struct alignas(128) FactsCache::Stripe {
  Stripe(std::span<std::byte> index_memory, const FixedLru::Counts& slots, Entry* entries_of_stripe,
         std::byte* facts_of_stripe)
      : index(index_memory, slots), entries(entries_of_stripe), facts(facts_of_stripe) {}

  SpinLock lock;
  FixedLru index;
  Entry* entries;    ///< By slot.
  std::byte* facts;  ///< By slot of the good order, `facts_stride_` each.
  FactsCacheCounts counts;

  Found miss() {
    ++counts.misses;
    return {};
  }
};

/// How a size is divided into stripes, and the rows of the plan that follow.
struct FactsCache::Shape {
  explicit Shape(const FactsCacheSize& size) {
    // Twice as many stripes as workers, so that two seldom meet.
    if (size.worker_count > 1) {
      while (stripe_count < 2 * size.worker_count && stripe_count < stripe_count_max &&
             size.good_count / (2 * stripe_count) >= stripe_entries_min) {
        stripe_count *= 2;
      }
    }
    per_stripe = {divided_up(size.good_count, stripe_count),
                  divided_up(size.refused_count, stripe_count)};
    facts_stride = (std::size_t{size.facts_bytes} + 15) / 16 * 16;
  }

  [[nodiscard]] std::size_t entries_per_stripe() const {
    return std::size_t{per_stripe[good]} + per_stripe[refused];
  }
  [[nodiscard]] MemoryRow stripes_row() const {
    return {"facts cache: stripes", stripe_count + 1, sizeof(Stripe)};
  }
  [[nodiscard]] MemoryRow index_row() const {
    return {"facts cache: index", stripe_count, FixedLru::memory_bytes(per_stripe)};
  }
  [[nodiscard]] MemoryRow entries_row() const {
    return {"facts cache: entries", stripe_count * entries_per_stripe(), sizeof(Entry)};
  }
  [[nodiscard]] MemoryRow facts_row() const {
    return {"facts cache: facts", std::uint64_t{stripe_count} * per_stripe[good], facts_stride};
  }

  std::uint32_t stripe_count = 1;
  FixedLru::Counts per_stripe{};
  std::size_t facts_stride = 0;
};

FactsCacheSize FactsCacheSize::of(std::uint32_t entries, std::uint32_t refused_permille,
                                  std::uint32_t facts_bytes, std::uint32_t worker_count) {
  POSTERN_ASSERT(entries >= 1);
  POSTERN_ASSERT(refused_permille <= 1000);
  auto refused_count = static_cast<std::uint32_t>(std::uint64_t{entries} * refused_permille / 1000);
  if (refused_count == 0 && refused_permille > 0) refused_count = 1;
  if (refused_count >= entries) refused_count = entries - 1;
  return {entries - refused_count, refused_count, facts_bytes, worker_count};
}

void FactsCache::plan(MemoryPlan& plan, const FactsCacheSize& size) {
  const Shape shape(size);
  plan.add(shape.stripes_row());
  plan.add(shape.index_row());
  plan.add(shape.entries_row());
  plan.add(shape.facts_row());
}

FactsCache::FactsCache(Arena& arena, const FactsCacheSize& size) : facts_bytes_(size.facts_bytes) {
  POSTERN_ASSERT(size.good_count >= 1);
  POSTERN_ASSERT(size.facts_bytes <= 64 * KiB);
  const Shape shape(size);
  std::byte* stripes = take_row(arena, shape.stripes_row()).data();
  std::byte* index = take_row(arena, shape.index_row()).data();
  auto* entries = reinterpret_cast<Entry*>(take_row(arena, shape.entries_row()).data());
  std::byte* facts = take_row(arena, shape.facts_row()).data();

  // Rows start at 64 bytes; the one stripe more makes room to align at 128.
  stripes += (alignof(Stripe) - reinterpret_cast<std::uintptr_t>(stripes) % alignof(Stripe)) %
             alignof(Stripe);
  stripes_ = reinterpret_cast<Stripe*>(stripes);
  stripe_mask_ = shape.stripe_count - 1;
  facts_stride_ = shape.facts_stride;
  const std::size_t index_bytes = FixedLru::memory_bytes(shape.per_stripe);
  for (std::size_t i = 0; i < shape.stripe_count; ++i) {
    new (stripes_ + i) Stripe({index + i * index_bytes, index_bytes}, shape.per_stripe,
                              entries + i * shape.entries_per_stripe(),
                              facts + i * shape.per_stripe[good] * facts_stride_);
  }
}

/// The index uses the low half of the tag, the choice of the stripe the high half: so they are
/// independent.
FactsCache::Stripe& FactsCache::stripe(const crypto::Tag& tag) const {
  return stripes_[tag.high & stripe_mask_];
}

Found FactsCache::find(const crypto::Tag& tag, const Clock& clock, std::uint32_t generation,
                       std::span<std::byte> into) {
  Stripe& s = stripe(tag);
  const SpinGuard guard(s.lock);
  const std::uint32_t slot = s.index.find(tag);
  if (slot == FixedLru::none) return s.miss();
  const Entry& entry = s.entries[slot];
  if (entry.generation != generation) return s.miss();
  const bool past_exp = entry.exp.s != 0 && is_over(clock, entry.exp);
  if (clock.now >= entry.expires || past_exp) {
    s.index.remove(slot);
    ++s.counts.expired;
    return s.miss();
  }
  s.index.use(slot);
  if (s.index.order_of(slot) == refused) {
    ++s.counts.hits_refused;
    return {Found::Kind::Refused, 0};
  }
  POSTERN_ASSERT(entry.size <= into.size());
  if (entry.size != 0) std::memcpy(into.data(), s.facts + slot * facts_stride_, entry.size);
  ++s.counts.hits;
  return {Found::Kind::Hit, entry.size};
}

/// The entry for `tag` in `order`, made if need be; null when the order has no room at all. An
/// entry of the other order goes.
FactsCache::Entry* FactsCache::place(Stripe& s, std::size_t order, const crypto::Tag& tag,
                                     std::uint32_t& slot) {
  slot = s.index.find(tag);
  if (slot != FixedLru::none && s.index.order_of(slot) != order) {
    s.index.remove(slot);
    slot = FixedLru::none;
  }
  if (slot != FixedLru::none) {
    s.index.use(slot);
  } else {
    const FixedLru::Inserted inserted = s.index.insert(order, tag);
    slot = inserted.slot;
    if (inserted.evicted) ++(order == good ? s.counts.evicted : s.counts.evicted_refused);
  }
  return slot == FixedLru::none ? nullptr : &s.entries[slot];
}

void FactsCache::store(const crypto::Tag& tag, std::span<const std::byte> facts,
                       MonotonicTime expires, WallTime exp, std::uint32_t generation) {
  POSTERN_ASSERT(facts.size() <= facts_bytes_);
  Stripe& s = stripe(tag);
  const SpinGuard guard(s.lock);
  if (generation != this->generation()) return;
  std::uint32_t slot = FixedLru::none;
  Entry* entry = place(s, good, tag, slot);
  POSTERN_ASSERT(entry != nullptr);
  *entry = {expires, exp, generation, static_cast<std::uint32_t>(facts.size())};
  if (!facts.empty()) std::memcpy(s.facts + slot * facts_stride_, facts.data(), facts.size());
}

void FactsCache::store_refused(const crypto::Tag& tag, MonotonicTime expires,
                               std::uint32_t generation) {
  Stripe& s = stripe(tag);
  const SpinGuard guard(s.lock);
  if (generation != this->generation()) return;
  std::uint32_t slot = FixedLru::none;
  Entry* entry = place(s, refused, tag, slot);
  if (entry != nullptr) *entry = {expires, {}, generation, 0};
}

void FactsCache::forget(const crypto::Tag& tag) {
  Stripe& s = stripe(tag);
  const SpinGuard guard(s.lock);
  const std::uint32_t slot = s.index.find(tag);
  if (slot != FixedLru::none) s.index.remove(slot);
}

FactsCacheCounts FactsCache::counts() const {
  FactsCacheCounts sum;
  for (std::size_t i = 0; i <= stripe_mask_; ++i) {
    Stripe& s = stripes_[i];
    const SpinGuard guard(s.lock);
    sum.hits += s.counts.hits;
    sum.hits_refused += s.counts.hits_refused;
    sum.misses += s.counts.misses;
    sum.expired += s.counts.expired;
    sum.evicted += s.counts.evicted;
    sum.evicted_refused += s.counts.evicted_refused;
    sum.good_now += s.index.size(good);
    sum.refused_now += s.index.size(refused);
  }
  return sum;
}

}  // namespace postern::cache
