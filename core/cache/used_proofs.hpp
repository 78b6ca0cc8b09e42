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

/// Which proofs of possession were used, each as a keyed tag, so that none counts twice (RFC 9449
/// section 11.1). Shared by the workers.
///
/// A proof is remembered for as long as any proof may be accepted, and never pushed out before:
/// when the table is full of such, the next one is refused. All are remembered for the same time,
/// so the one that came first is the first that is over, and everything is O(1).
class UsedProofs {
 public:
  static void plan(MemoryPlan& plan, std::uint32_t count);

  /// Takes what plan() said. `life`: longest time in which one proof could be accepted twice.
  /// REQUIRES: the arena's memory is zeroed and outlives the table.
  UsedProofs(Arena& arena, std::uint32_t count, Duration life);
  UsedProofs(const UsedProofs&) = delete;
  UsedProofs& operator=(const UsedProofs&) = delete;

  enum class Use : std::uint8_t {
    First,  ///< It is remembered from now on.
    Again,  ///< It was used before: a replay.
    Full,   ///< It was not used before, but cannot be remembered: it must not count.
  };
  /// Thread-safe. O(1).
  [[nodiscard]] Use use(const crypto::Tag& tag, MonotonicTime now);

  /// Proofs that are remembered, also those that are over and were not noticed yet.
  [[nodiscard]] std::size_t size() const;

 private:
  void remove_over(MonotonicTime now);

  mutable SpinLock lock_;
  FixedLru index_;
  std::span<MonotonicTime> until_;  ///< By slot.
  Duration life_;
};

}  // namespace postern::cache
