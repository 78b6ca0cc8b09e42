#include "core/cache/flights.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <map>
#include <thread>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/cache/facts_cache.hpp"
#include "tests/support/block.hpp"
#include "tests/support/random.hpp"

namespace postern::cache {
namespace {

using crypto::Tag;
using test::Block;
using test::Random;
using test::Seed;
using Kind = Flights::Claim::Kind;

Tag tag_of(std::size_t number) {
  Random random(number + 1);
  return {random.next(), random.next()};
}

MemoryPlan plan_for(std::uint32_t claim_count) {
  MemoryPlan plan;
  Flights::plan(plan, claim_count);
  return plan;
}

class FlightsTest : public ::testing::Test {
 protected:
  explicit FlightsTest(std::uint32_t claim_count = 4)
      : block_(plan_for(claim_count)), arena_(block_.bytes()), flights_(arena_, claim_count) {}

  Flights::Claim begin(std::size_t token, std::uint16_t worker) {
    return flights_.begin(tag_of(token), worker, now_, now_ + seconds(2));
  }
  void end(std::size_t token, std::uint16_t worker) { flights_.end(tag_of(token), worker); }

  Block block_;
  Arena arena_;
  Flights flights_;
  MonotonicTime now_{1000};
};

TEST_F(FlightsTest, TheFirstVerifiesAndTheOthersWait) {
  EXPECT_EQ(begin(1, 0).kind, Kind::Mine);
  const Flights::Claim other = begin(1, 1);
  EXPECT_EQ(other.kind, Kind::Foreign);
  EXPECT_EQ(other.deadline, now_ + seconds(2));
  EXPECT_EQ(begin(2, 1).kind, Kind::Mine);
}

TEST_F(FlightsTest, AfterTheEndAnyoneMayBeginAgain) {
  begin(1, 0);
  end(1, 0);
  EXPECT_EQ(flights_.size(), 0U);
  EXPECT_EQ(begin(1, 1).kind, Kind::Mine);
}

TEST_F(FlightsTest, AWorkersOwnClaimIsRenewed) {
  begin(1, 0);
  now_ = now_ + seconds(1);
  EXPECT_EQ(begin(1, 0).kind, Kind::Mine);
  EXPECT_EQ(begin(1, 1).deadline, now_ + seconds(2));
}

TEST_F(FlightsTest, AStaleClaimIsTakenOver) {
  begin(1, 0);
  now_ = now_ + seconds(2);
  EXPECT_EQ(begin(1, 1).kind, Kind::Mine);
  end(1, 0);  // late, and no longer its own
  EXPECT_EQ(begin(1, 2).kind, Kind::Foreign);
  end(1, 1);
  EXPECT_EQ(flights_.size(), 0U);
}

TEST_F(FlightsTest, WhenFullTheOldestClaimGivesWay) {
  for (std::size_t token = 0; token < 5; ++token) EXPECT_EQ(begin(token, 0).kind, Kind::Mine);
  EXPECT_EQ(flights_.size(), 4U);
  EXPECT_EQ(begin(0, 1).kind, Kind::Mine) << "asked once too often, never refused";
  EXPECT_EQ(begin(4, 1).kind, Kind::Foreign);
}

TEST_F(FlightsTest, TakesExactlyWhatWasPlanned) {
  EXPECT_EQ(arena_.used(), plan_for(4).total_bytes());
}

struct NaiveClaim {
  std::uint16_t worker;
  MonotonicTime deadline;
};

TEST(Flights, AgreeWithANaiveTableForAnySequence) {
  for (const Seed seed : test::seeds(1'000)) {
    Random random(seed);
    constexpr std::uint32_t token_count = 10;
    const Block block(plan_for(token_count));  // never full: that has a test of its own
    Arena arena(block.bytes());
    Flights flights(arena, token_count);
    std::map<std::size_t, NaiveClaim> model;
    MonotonicTime now{};
    for (int step = 0; step < 200; ++step) {
      now = now + microseconds(static_cast<std::int64_t>(random.below(4)));
      const std::size_t token = random.below(token_count);
      const auto worker = static_cast<std::uint16_t>(random.below(3));
      const auto known = model.find(token);
      if (random.chance(65)) {
        const MonotonicTime deadline = now + microseconds(10);
        const Flights::Claim claim = flights.begin(tag_of(token), worker, now, deadline);
        if (known != model.end() && known->second.worker != worker &&
            now < known->second.deadline) {
          ASSERT_EQ(claim.kind, Kind::Foreign) << seed;
          ASSERT_EQ(claim.deadline, known->second.deadline) << seed;
        } else {
          ASSERT_EQ(claim.kind, Kind::Mine) << seed;
          model[token] = {worker, deadline};
        }
      } else {
        flights.end(tag_of(token), worker);
        if (known != model.end() && known->second.worker == worker) model.erase(known);
      }
      ASSERT_EQ(flights.size(), model.size()) << seed;
    }
  }
}

// The protocol of the header, with threads for workers: one question per token, however many ask.
TEST(Flights, ManyWorkersAskOncePerToken) {
  constexpr std::uint32_t worker_count = 4;
  constexpr std::size_t token_count = 300;
  const FactsCacheSize size = FactsCacheSize::of(1'024, 125, 16, worker_count);
  MemoryPlan plan;
  FactsCache::plan(plan, size);
  Flights::plan(plan, worker_count);
  const Block block(plan);
  Arena arena(block.bytes());
  FactsCache cache(arena, size);
  Flights flights(arena, worker_count);
  std::array<std::atomic<int>, token_count> questions{};

  const auto work = [&](std::uint16_t worker) {
    const Clock clock;
    std::array<std::byte, 16> into;
    const auto known = [&](const Tag& tag) {
      return cache.find(tag, clock, 0, into).kind == Found::Kind::Hit;
    };
    for (std::size_t token = 0; token < token_count; ++token) {
      const Tag tag = tag_of(token);
      while (!known(tag)) {
        if (flights.begin(tag, worker, clock.now, never).kind == Kind::Foreign) {
          std::this_thread::yield();
          continue;
        }
        if (!known(tag)) {
          ++questions[token];
          std::this_thread::yield();
          cache.store(tag, as_bytes("facts"), never, {}, 0);
        }
        flights.end(tag, worker);
      }
    }
  };
  std::vector<std::thread> threads;
  for (std::uint16_t worker = 0; worker < worker_count; ++worker) {
    threads.emplace_back(work, worker);
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t token = 0; token < token_count; ++token) EXPECT_EQ(questions[token], 1) << token;
}

}  // namespace
}  // namespace postern::cache
