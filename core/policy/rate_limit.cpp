#include "core/policy/rate_limit.hpp"

#include <algorithm>
#include <new>

#include "core/base/assert.hpp"

namespace postern::policy {

namespace {

// Nanoseconds, since a microsecond is too coarse a step for high rates. MonotonicTime counts from
// the start of the machine, so 2^63 ns are 292 years of uptime.
constexpr std::int64_t ns_per_us = 1'000;
constexpr std::int64_t ns_per_s = 1'000'000'000;
constexpr std::int64_t depth_ns_max = 100LL * 365 * 86'400 * ns_per_s;

// Time that a bucket takes for one request.
std::int64_t step_ns(const Rate& rate) {
  const std::int64_t per_us = std::min(rate.per.us, depth_ns_max / ns_per_us);
  return std::max<std::int64_t>(1, per_us * ns_per_us / rate.requests);
}

std::uint32_t seconds_up(std::int64_t ns) {
  return ns <= 0 ? 0 : static_cast<std::uint32_t>((ns + ns_per_s - 1) / ns_per_s);
}

}  // namespace

RateLimits::RateLimits(Arena& arena, std::size_t bucket_count) {
  POSTERN_ASSERT(bucket_count >= 1);
  const MemoryRow memory = row(bucket_count);
  auto* sets = reinterpret_cast<Set*>(take_row(arena, memory).data());
  for (std::size_t i = 0; i < memory.count; ++i) new (sets + i) Set;
  sets_ = {sets, static_cast<std::size_t>(memory.count)};
}

std::size_t RateLimits::bucket_count() const { return sets_.size() * ways; }

RateLimits::Bucket& RateLimits::find_or_replace(Set& set, std::uint64_t key, std::int64_t now_ns) {
  Bucket* victim = set.buckets;
  for (Bucket& bucket : set.buckets) {
    if (bucket.key == key && bucket.full_at_ns != INT64_MIN) return bucket;
    if (bucket.full_at_ns < victim->full_at_ns) victim = &bucket;
  }
  if (victim->full_at_ns > now_ns) replaced_.fetch_add(1, std::memory_order_relaxed);
  *victim = {key, now_ns};  // full now
  return *victim;
}

RateVerdict RateLimits::take(std::uint64_t key, const Rate& rate, MonotonicTime now) {
  POSTERN_ASSERT(rate.requests >= 1 && rate.burst >= 1 && rate.per.us >= 1);
  const std::int64_t one_ns = step_ns(rate);
  const std::int64_t depth_ns =
      one_ns <= depth_ns_max / rate.burst ? one_ns * rate.burst : depth_ns_max;
  const std::int64_t now_ns = now.us * ns_per_us;

  Set& set = sets_[static_cast<std::size_t>(key % sets_.size())];
  const SpinGuard guard(set.lock);
  Bucket& bucket = find_or_replace(set, key, now_ns);
  const std::int64_t full_at_ns = std::max(bucket.full_at_ns, now_ns);
  const std::int64_t after_ns =
      full_at_ns + one_ns - now_ns;  // how far from full, were this one allowed
  const bool allowed = after_ns <= depth_ns;
  if (allowed) bucket.full_at_ns = now_ns + after_ns;
  const std::int64_t missing_ns = bucket.full_at_ns - now_ns;

  RateVerdict verdict;
  verdict.allowed = allowed;
  verdict.limit = rate.burst;
  verdict.remaining =
      missing_ns >= depth_ns ? 0 : static_cast<std::uint32_t>((depth_ns - missing_ns) / one_ns);
  verdict.reset_s = seconds_up(missing_ns);
  verdict.retry_after_s = allowed ? 0 : std::max<std::uint32_t>(1, seconds_up(after_ns - depth_ns));
  return verdict;
}

}  // namespace postern::policy
