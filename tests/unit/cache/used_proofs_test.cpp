#include "core/cache/used_proofs.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <thread>
#include <vector>

#include "tests/support/block.hpp"

namespace postern::cache {
namespace {

using Use = UsedProofs::Use;

crypto::Tag tag(std::uint64_t n) { return {n * 0x9E3779B97F4A7C15, n}; }
constexpr MonotonicTime at(std::int64_t s) { return MonotonicTime{} + seconds(s); }

class UsedProofsTest : public testing::Test {
 protected:
  static constexpr std::uint32_t count = 4;

  static MemoryPlan plan() {
    MemoryPlan plan;
    UsedProofs::plan(plan, count);
    return plan;
  }

  test::Block block_{plan()};
  Arena arena_{block_.bytes()};
  UsedProofs proofs_{arena_, count, seconds(10)};
};

TEST_F(UsedProofsTest, OneCountsOnce) {
  EXPECT_EQ(proofs_.use(tag(1), at(0)), Use::First);
  EXPECT_EQ(proofs_.use(tag(1), at(0)), Use::Again);
  EXPECT_EQ(proofs_.use(tag(1), at(9)), Use::Again);
  EXPECT_EQ(proofs_.use(tag(2), at(9)), Use::First);
}

TEST_F(UsedProofsTest, AReplayDoesNotProlongItsMemory) {
  EXPECT_EQ(proofs_.use(tag(1), at(0)), Use::First);
  EXPECT_EQ(proofs_.use(tag(1), at(9)), Use::Again);
  EXPECT_EQ(proofs_.use(tag(1), at(10)), Use::First) << "no longer accepted by its date anyway";
}

TEST_F(UsedProofsTest, NoneIsForgottenToMakeRoom) {
  for (std::uint64_t n = 1; n <= count; ++n) ASSERT_EQ(proofs_.use(tag(n), at(0)), Use::First);
  EXPECT_EQ(proofs_.use(tag(9), at(9)), Use::Full);
  for (std::uint64_t n = 1; n <= count; ++n) EXPECT_EQ(proofs_.use(tag(n), at(9)), Use::Again);
}

TEST_F(UsedProofsTest, WhatIsOverMakesRoom) {
  for (std::uint64_t n = 1; n <= count; ++n) {
    ASSERT_EQ(proofs_.use(tag(n), at(static_cast<std::int64_t>(n))), Use::First);
  }
  EXPECT_EQ(proofs_.use(tag(9), at(11)), Use::First);
  EXPECT_EQ(proofs_.use(tag(10), at(11)), Use::Full);
  EXPECT_EQ(proofs_.use(tag(2), at(11)), Use::Again);
  EXPECT_EQ(proofs_.use(tag(10), at(12)), Use::First);
}

TEST_F(UsedProofsTest, AgreesWithANaiveTable) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same run each time
  std::map<std::uint64_t, MonotonicTime> model;
  MonotonicTime now;
  for (int i = 0; i < 20'000; ++i) {
    now = now + milliseconds(random() % 3000);
    const std::uint64_t n = random() % 8;
    std::erase_if(model, [&](const auto& entry) { return entry.second <= now; });
    Use expected = Use::First;
    if (model.contains(n)) {
      expected = Use::Again;
    } else if (model.size() == count) {
      expected = Use::Full;
    } else {
      model[n] = now + seconds(10);
    }
    ASSERT_EQ(proofs_.use(tag(n), now), expected) << i;
    ASSERT_LE(proofs_.size(), count);
  }
}

TEST(UsedProofs, OfManyWorkersOneIsFirst) {
  constexpr std::uint64_t proof_count = 2000;
  MemoryPlan plan;
  UsedProofs::plan(plan, proof_count);
  const test::Block block{plan};
  Arena arena(block.bytes());
  UsedProofs proofs(arena, proof_count, seconds(10));
  std::vector<std::uint64_t> firsts(4);
  std::vector<std::thread> workers;
  for (std::uint64_t& first : firsts) {
    workers.emplace_back([&proofs, &first] {
      for (std::uint64_t n = 1; n <= proof_count; ++n) {
        first += proofs.use(tag(n), at(0)) == Use::First ? 1U : 0U;
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(firsts[0] + firsts[1] + firsts[2] + firsts[3], proof_count);
}

}  // namespace
}  // namespace postern::cache
