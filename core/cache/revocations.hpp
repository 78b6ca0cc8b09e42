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

/// What was revoked before its time: tokens, and subjects, clients and token ids of a provider,
/// each as a keyed tag. Looked at on every request, so a revocation counts from the next one on,
/// whether facts are cached or not; a JWT, which verifies as ever, is refused too. Shared by the
/// workers.
///
/// Nothing is ever pushed out: a token that is revoked stays so until the time it was revoked for
/// is over. When the table is full of such, the next one is refused to whoever asks for it.
class Revocations {
 public:
  static void plan(MemoryPlan& plan, std::uint32_t count);

  /// Takes what plan() said. REQUIRES: the arena's memory is zeroed and outlives the table.
  Revocations(Arena& arena, std::uint32_t count);
  Revocations(const Revocations&) = delete;
  Revocations& operator=(const Revocations&) = delete;

  /// Revokes until `until`, or longer where it was revoked for longer. False: the table is full.
  /// Thread-safe. O(1), or O(count) when what is over must be found.
  [[nodiscard]] bool add(const crypto::Tag& tag, MonotonicTime until, MonotonicTime now);

  /// Thread-safe. O(1).
  [[nodiscard]] bool contains(const crypto::Tag& tag, MonotonicTime now) const;

  /// Nothing was ever revoked, or all of it is over and was found so. One atomic read, which is all
  /// that a request of a gateway without revocations pays.
  [[nodiscard]] bool empty() const { return size_.load(std::memory_order_acquire) == 0; }

 private:
  void remove_over(MonotonicTime now);

  mutable SpinLock lock_;
  FixedLru index_;
  std::span<MonotonicTime> until_;  ///< By slot.
  std::atomic<std::uint32_t> size_ = 0;
};

}  // namespace postern::cache
