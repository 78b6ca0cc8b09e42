#pragma once

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

/// Which tokens are being verified right now, and by which worker: so that a token that reaches
/// several workers at once is asked about once. A worker keeps track of its own waiting requests;
/// this table only says "somebody else asks already".
///
///   begin ─► Mine ─► look into the cache once more (the last owner may have finished between our
///   look and our claim)
///     │        └─► ask the provider ─► store the answer in the cache ─► end ─► wake the others
///     └───► Foreign ─► wait to be woken, at most until `deadline` ─► look into the cache ─ miss ─►
///     begin
///
/// A claim is a hint with an end, not a lock: once its deadline has passed anybody may take it
/// over, and when the table is full the oldest claim gives way. The worst outcome is one question
/// too many.
class Flights {
 public:
  /// Adds the row of a table for `claim_count` verifications at once (workers times lookups of
  /// each).
  static void plan(MemoryPlan& plan, std::uint32_t claim_count);

  /// Takes what plan() said. REQUIRES: the arena's memory is zeroed and outlives the table.
  Flights(Arena& arena, std::uint32_t claim_count);
  Flights(const Flights&) = delete;
  Flights& operator=(const Flights&) = delete;

  struct Claim {
    enum class Kind : std::uint8_t {
      Mine,     ///< The caller verifies, and must end().
      Foreign,  ///< Another worker does.
    };
    Kind kind = Kind::Mine;
    MonotonicTime deadline;  ///< Until when the claim holds.
  };

  /// Claims the tag for `worker` until `deadline`. A worker's own claim is renewed. Thread-safe.
  /// O(1).
  [[nodiscard]] Claim begin(const crypto::Tag& tag, std::uint16_t worker, MonotonicTime now,
                            MonotonicTime deadline);

  /// Gives the worker's claim up; one that was taken over by another stays. Thread-safe. O(1).
  void end(const crypto::Tag& tag, std::uint16_t worker);

  /// Claims at this moment, also those whose deadline has passed.
  [[nodiscard]] std::size_t size() const;

 private:
  struct Holder {
    MonotonicTime deadline;
    std::uint16_t worker;
  };
  static MemoryRow index_row(std::uint32_t claim_count);
  static MemoryRow holders_row(std::uint32_t claim_count);

  mutable SpinLock lock_;
  FixedLru index_;
  Holder* holders_;
};

}  // namespace postern::cache
