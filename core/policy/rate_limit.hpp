#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/arena.hpp"
#include "core/base/atomic.hpp"
#include "core/base/memory_plan.hpp"
#include "core/base/spin_lock.hpp"
#include "core/base/time.hpp"

namespace postern::policy {

/// A rate as configured: on average `requests` in `per`, and up to `burst` at once. REQUIRES: all
/// positive. A bucket that would take more than 100 years to fill is as deep as 100 years.
struct Rate {
  std::uint32_t requests = 1;
  Duration per = seconds(1);
  std::uint32_t burst = 1;
};

/// What the table says of one request, and the numbers for its header fields
/// (draft-ietf-httpapi-ratelimit-headers: RateLimit-Limit, -Remaining, -Reset; Retry-After when
/// refused).
struct RateVerdict {
  bool allowed = true;
  std::uint32_t limit = 0;      ///< Requests at once: the burst.
  std::uint32_t remaining = 0;  ///< Requests that would be allowed now, after this one.
  std::uint32_t reset_s = 0;    ///< Whole seconds, rounded up, until `remaining` is `limit` again.
  std::uint32_t retry_after_s =
      0;  ///< Refused: whole seconds, rounded up and at least 1, until one request is allowed.
};

/// Token buckets of all endpoints and keys in memory of fixed size, shared by the workers.
///
/// A bucket is one number, the time at which it will be full again (the "generic cell rate
/// algorithm"): each request moves that time by per/requests, and is refused when it would lie more
/// than `burst` such steps ahead. There is no timer and no refill. The table has sets of seven
/// buckets, a set is chosen by the key's hash and guarded by a spin lock of its own, held for some
/// twenty instructions. When all seven are taken, the bucket that will be full first makes room: if
/// it is full already, nothing is lost, and else as little as possible is forgotten. A client with
/// many keys can therefore wash out only buckets that are nearly full, never one that is being
/// drained. replaced() counts what was lost, so that an operator can enlarge the table.
class RateLimits {
 public:
  /// The memory for at least `bucket_count` buckets, as a row of the plan.
  static constexpr MemoryRow row(std::size_t bucket_count);

  /// Takes row(bucket_count) from `arena`, whose memory outlives the table. REQUIRES: at least 1.
  RateLimits(Arena& arena, std::size_t bucket_count);

  /// Counts one request against the bucket of `key`, a keyed hash over (endpoint, key text), so
  /// that clients can neither aim at a set nor meet another's bucket on purpose. A refused request
  /// costs nothing. Thread-safe. O(1).
  RateVerdict take(std::uint64_t key, const Rate& rate, MonotonicTime now);

  /// Buckets that were forgotten before they were full again.
  [[nodiscard]] std::uint64_t replaced() const { return replaced_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t bucket_count() const;

 private:
  static constexpr std::size_t ways = 7;

  struct Bucket {
    std::uint64_t key = 0;
    std::int64_t full_at_ns = INT64_MIN;  // never used
  };
  struct alignas(MemoryRow::alignment) Set {
    SpinLock lock;
    Bucket buckets[ways];
  };
  static_assert(sizeof(Set) == 2 * MemoryRow::alignment, "one set, two cache lines");

  Bucket& find_or_replace(Set& set, std::uint64_t key, std::int64_t now_ns);

  std::span<Set> sets_;
  Atomic<std::uint64_t> replaced_ = 0;
};

constexpr MemoryRow RateLimits::row(std::size_t bucket_count) {
  return {"rate limits, sets of seven", (bucket_count + ways - 1) / ways, sizeof(Set),
          MemoryScope::Shared};
}

}  // namespace postern::policy
