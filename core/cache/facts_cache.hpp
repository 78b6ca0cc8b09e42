#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/arena.hpp"
#include "core/base/memory_plan.hpp"
#include "core/base/spin_lock.hpp"
#include "core/base/time.hpp"
#include "core/cache/fixed_lru.hpp"
#include "core/crypto/sip_hash.hpp"

namespace postern::cache {

/// How large a facts cache is. All of it is memory that is planned and taken at start.
struct FactsCacheSize {
  std::uint32_t good_count = 0;  ///< Entries with facts.
  std::uint32_t refused_count =
      0;  ///< Entries that only say "refused"; 0: refusals are not remembered.
  std::uint32_t facts_bytes = 0;   ///< Longest facts of one entry, at most 64 KiB.
  std::uint32_t worker_count = 1;  ///< Threads that use it.

  /// `entries` in all, of which `refused_permille` thousandths are for refusals. Rounded so that a
  /// share above 0 gives at least one refused entry and one entry with facts always remains.
  static FactsCacheSize of(std::uint32_t entries, std::uint32_t refused_permille,
                           std::uint32_t facts_bytes, std::uint32_t worker_count);
};

/// What a look into the cache found.
struct Found {
  enum class Kind : std::uint8_t {
    Miss,     ///< Nothing is known, or no longer.
    Refused,  ///< The token was refused not long ago.
    Hit,      ///< `size` bytes of facts were copied.
  };
  Kind kind = Kind::Miss;
  std::size_t size = 0;
};

/// What happened so far, over all threads.
struct FactsCacheCounts {
  std::uint64_t hits = 0;
  std::uint64_t hits_refused = 0;
  std::uint64_t misses = 0;
  std::uint64_t expired = 0;          ///< Misses that found an entry whose time was over.
  std::uint64_t evicted = 0;          ///< Facts pushed out by newer facts.
  std::uint64_t evicted_refused = 0;  ///< Refusals pushed out by newer refusals.
  std::uint64_t good_now = 0;  ///< Entries at this moment, also those whose time is over unnoticed.
  std::uint64_t refused_now = 0;
};

/// Facts about tokens, found by keyed tag; shared by all workers.
///
/// What is stored are facts, never a verdict: the rules of an endpoint are applied to the copy at
/// every request. Facts and refusals have slots of their own, so a flood of bad tokens pushes out
/// refusals only. An entry lives until its monotonic expiry, until the wall clock reaches the
/// token's `exp` (if the clock can be believed at all), until it is forgotten, until its generation
/// is over, or until it was used longest ago and room is needed. Times over are noticed when the
/// entry is looked for.
///
/// The entries are divided among stripes by the tag, each stripe with its own spin lock, which is
/// held for one look and one copy of at most `facts_bytes`. With one worker there is one stripe.
class FactsCache {
 public:
  /// Adds the rows of a cache of this size.
  static void plan(MemoryPlan& plan, const FactsCacheSize& size);

  /// Takes what plan() said. REQUIRES: the arena's memory is zeroed and outlives the cache.
  FactsCache(Arena& arena, const FactsCacheSize& size);
  FactsCache(const FactsCache&) = delete;
  FactsCache& operator=(const FactsCache&) = delete;

  /// Copies the facts stored under `tag` by the same generation. An entry whose time is over is
  /// removed and not found. REQUIRES: `into` has room for `facts_bytes`. Thread-safe. O(1).
  [[nodiscard]] Found find(const crypto::Tag& tag, const Clock& clock, std::uint32_t generation,
                           std::span<std::byte> into);

  /// Remembers facts until `expires`, and no longer than until the wall clock reads `exp` (0: the
  /// token has none). Replaces what was stored under `tag`, a refusal too. Does nothing when
  /// `generation` is not the current one: what was verified under rules that are over is not kept.
  /// REQUIRES: at most `facts_bytes`. Thread-safe. O(1).
  void store(const crypto::Tag& tag, std::span<const std::byte> facts, MonotonicTime expires,
             WallTime exp, std::uint32_t generation);

  /// Remembers until `expires` that the token is refused. Replaces what was stored under `tag`,
  /// facts too.
  void store_refused(const crypto::Tag& tag, MonotonicTime expires, std::uint32_t generation);

  /// Removes what is stored under `tag`, if anything. Thread-safe. O(1).
  void forget(const crypto::Tag& tag);

  /// The current generation. A verification takes it when it begins and gives it to store() when it
  /// is done.
  [[nodiscard]] std::uint32_t generation() const {
    return generation_.load(std::memory_order_acquire);
  }
  /// Begins a new generation: all that is stored is not found by it. O(1). Returns the new one.
  std::uint32_t advance_generation() {
    return generation_.fetch_add(1, std::memory_order_acq_rel) + 1;
  }

  /// For people: takes each stripe's lock in turn.
  [[nodiscard]] FactsCacheCounts counts() const;

 private:
  struct Entry {
    MonotonicTime expires;
    WallTime exp;
    std::uint32_t generation;
    std::uint32_t size;
  };
  struct Stripe;
  struct Shape;

  [[nodiscard]] Stripe& stripe(const crypto::Tag& tag) const;
  Entry* place(Stripe& stripe, std::size_t order, const crypto::Tag& tag, std::uint32_t& slot);

  Stripe* stripes_ = nullptr;
  std::uint64_t stripe_mask_ = 0;
  std::size_t facts_stride_ = 0;
  std::size_t facts_bytes_ = 0;
  std::atomic<std::uint32_t> generation_ = 0;
};

}  // namespace postern::cache
