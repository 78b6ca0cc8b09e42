#include "core/policy/rate_limit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <random>
#include <thread>
#include <vector>

namespace postern::policy {
namespace {

class Table {
 public:
  explicit Table(std::size_t bucket_count)
      : lines_(static_cast<std::size_t>(RateLimits::row(bucket_count).bytes()) / sizeof(Line)),
        arena_(std::as_writable_bytes(std::span(lines_))),
        limits_(arena_, bucket_count) {}
  RateLimits* operator->() { return &limits_; }

 private:
  struct alignas(MemoryRow::alignment) Line {
    std::byte bytes[MemoryRow::alignment];
  };
  std::vector<Line> lines_;
  Arena arena_;
  RateLimits limits_;
};

constexpr MonotonicTime start{5'000'000};
constexpr Rate five_per_second_burst_ten{5, seconds(1), 10};

TEST(RateLimit, ABurstPassesAtOnceAndNotOneMore) {
  Table table(7);
  for (std::uint32_t i = 0; i < 10; ++i) {
    const RateVerdict verdict = table->take(1, five_per_second_burst_ten, start);
    EXPECT_TRUE(verdict.allowed);
    EXPECT_EQ(verdict.limit, 10U);
    EXPECT_EQ(verdict.remaining, 9 - i);
  }
  EXPECT_FALSE(table->take(1, five_per_second_burst_ten, start).allowed);
}

TEST(RateLimit, AfterABurstTheRateIsTheConfiguredOne) {
  Table table(7);
  for (int i = 0; i < 10; ++i) (void)table->take(1, five_per_second_burst_ten, start);
  int allowed = 0;
  for (int ms = 1; ms <= 10'000; ++ms) {
    allowed += table->take(1, five_per_second_burst_ten, start + milliseconds(ms)).allowed ? 1 : 0;
  }
  EXPECT_EQ(allowed, 50);
}

TEST(RateLimit, ARefusedRequestCostsNothing) {
  Table table(7);
  for (int i = 0; i < 10; ++i) (void)table->take(1, five_per_second_burst_ten, start);
  for (int i = 0; i < 1'000; ++i) (void)table->take(1, five_per_second_burst_ten, start);
  EXPECT_TRUE(table->take(1, five_per_second_burst_ten, start + milliseconds(200)).allowed);
}

TEST(RateLimit, RetryAfterIsWhenOneRequestIsAllowedAndResetWhenAllAre) {
  Table table(7);
  const Rate one_in_ten_seconds{1, seconds(10), 2};
  (void)table->take(1, one_in_ten_seconds, start);
  (void)table->take(1, one_in_ten_seconds, start);
  const RateVerdict refused = table->take(1, one_in_ten_seconds, start + milliseconds(500));
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.remaining, 0U);
  EXPECT_EQ(refused.retry_after_s, 10U);  // 9.5, rounded up
  EXPECT_EQ(refused.reset_s, 20U);        // 19.5, rounded up
  EXPECT_FALSE(table->take(1, one_in_ten_seconds, start + milliseconds(9'999)).allowed);
  EXPECT_TRUE(table->take(1, one_in_ten_seconds, start + seconds(10)).allowed);
}

TEST(RateLimit, RetryAfterIsNeverZero) {
  Table table(7);
  const Rate fast{1'000'000, seconds(1), 1};
  (void)table->take(1, fast, start);
  EXPECT_EQ(table->take(1, fast, start).retry_after_s, 1U);
}

TEST(RateLimit, KeysDoNotShareABucket) {
  Table table(7);
  for (int i = 0; i < 11; ++i) (void)table->take(1, five_per_second_burst_ten, start);
  EXPECT_TRUE(table->take(2, five_per_second_burst_ten, start).allowed);
  EXPECT_FALSE(table->take(1, five_per_second_burst_ten, start).allowed);
}

TEST(RateLimit, KeyZeroIsAKeyAsAnyOther) {
  Table table(7);
  for (int i = 0; i < 10; ++i)
    EXPECT_TRUE(table->take(0, five_per_second_burst_ten, start).allowed);
  EXPECT_FALSE(table->take(0, five_per_second_burst_ten, start).allowed);
}

TEST(RateLimit, AClientWithManyKeysCannotWashOutADrainedBucket) {
  Table table(7);
  for (int i = 0; i < 10; ++i) (void)table->take(1, five_per_second_burst_ten, start);
  for (std::uint64_t key = 2; key < 1'000; ++key)
    (void)table->take(key, five_per_second_burst_ten, start);
  EXPECT_FALSE(table->take(1, five_per_second_burst_ten, start).allowed);
  EXPECT_GT(table->replaced(), 0U);
}

TEST(RateLimit, ReplacingAFullBucketLosesNothingAndIsNotCounted) {
  Table table(7);
  for (std::uint64_t key = 0; key < 100; ++key) {
    (void)table->take(key, five_per_second_burst_ten,
                      start + seconds(static_cast<std::int64_t>(key)));
  }
  EXPECT_EQ(table->replaced(), 0U);
}

TEST(RateLimit, AbsurdRatesDoNotOverflow) {
  Table table(7);
  const Rate endless{1, Duration{INT64_MAX}, UINT32_MAX};
  EXPECT_TRUE(table->take(1, endless, start).allowed);
  EXPECT_TRUE(table->take(2, {UINT32_MAX, seconds(1), UINT32_MAX}, start).allowed);
}

// The same rule in floating seconds, one bucket per key, no bound on keys.
class NaiveLimits {
 public:
  bool take(std::uint64_t key, const Rate& rate, MonotonicTime now) {
    auto [at, is_new] = buckets_.try_emplace(key, Bucket{double(rate.burst), now});
    Bucket& bucket = at->second;
    const double elapsed = static_cast<double>((now - bucket.at).us);
    bucket.level =
        std::min(double(rate.burst),
                 bucket.level + elapsed * rate.requests / static_cast<double>(rate.per.us));
    bucket.at = now;
    if (bucket.level < 1 - 1e-9) return false;
    bucket.level -= 1;
    return true;
  }

 private:
  struct Bucket {
    double level;
    MonotonicTime at;
  };
  std::map<std::uint64_t, Bucket> buckets_;
};

TEST(RateLimit, AgreesWithANaiveTableForAnySequence) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    Table table(7);
    NaiveLimits model;
    const auto up_to = [&](unsigned n) { return static_cast<std::uint32_t>(1 + random() % n); };
    const Rate rate{up_to(8), seconds(up_to(4)), up_to(12)};
    MonotonicTime now = start;
    for (int i = 0; i < 500; ++i) {
      now = now + milliseconds(static_cast<std::int64_t>(random() % 300));
      const std::uint64_t key = random() % 7;  // as many as there are buckets: nothing is replaced
      ASSERT_EQ(table->take(key, rate, now).allowed, model.take(key, rate, now))
          << seed << ' ' << i;
    }
  }
}

TEST(RateLimit, WorkersShareABucketExactly) {
  Table table(7);
  constexpr Rate thousand{1, seconds(1'000), 1'000};
  std::atomic<int> allowed = 0;
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i) {
    workers.emplace_back([&] {
      for (int k = 0; k < 1'000; ++k) allowed += table->take(9, thousand, start).allowed ? 1 : 0;
    });
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(allowed, 1'000);
}

}  // namespace
}  // namespace postern::policy
