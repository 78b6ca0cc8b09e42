#include "core/cache/facts_cache.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

#include "core/base/bytes.hpp"
#include "tests/support/block.hpp"
#include "tests/support/random.hpp"

namespace postern::cache {
namespace {

using crypto::Tag;
using test::Block;
using test::Random;

MemoryPlan plan_for(const FactsCacheSize& size) {
  MemoryPlan plan;
  FactsCache::plan(plan, size);
  return plan;
}

Tag tag_of(std::size_t number) {
  Random random(number + 1);
  return {random.next(), random.next()};
}

/// A cache with its memory and a clock, in the words of the specification.
class FactsCacheTest : public ::testing::Test {
 protected:
  static constexpr FactsCacheSize size{.good_count = 4, .refused_count = 2, .facts_bytes = 32};

  FactsCacheTest() : block_(plan_for(size)), arena_(block_.bytes()), cache_(arena_, size) {}

  void learn(std::size_t token, std::string_view facts, WallTime exp = {}) {
    cache_.store(tag_of(token), as_bytes(facts), clock_.now + seconds(300), exp, 0);
  }
  void learn_refusal(std::size_t token) {
    cache_.store_refused(tag_of(token), clock_.now + seconds(10), 0);
  }
  /// The facts, "refused", or "nothing".
  std::string recall(std::size_t token, std::uint32_t generation = 0) {
    std::array<std::byte, size.facts_bytes> into;
    const Found found = cache_.find(tag_of(token), clock_, generation, into);
    switch (found.kind) {
      case Found::Kind::Hit:
        return std::string(as_text(std::span(into).first(found.size)));
      case Found::Kind::Refused:
        return "refused";
      case Found::Kind::Miss:
        return "nothing";
    }
    return "";
  }

  Block block_;
  Arena arena_;
  FactsCache cache_;
  Clock clock_{MonotonicTime{1'000'000}, WallTime{1'700'000'000}, ClockTrust::Synchronised};
};

TEST_F(FactsCacheTest, RemembersFactsOfAToken) {
  EXPECT_EQ(recall(1), "nothing");
  learn(1, "sub=anna");
  learn(2, "");
  EXPECT_EQ(recall(1), "sub=anna");
  EXPECT_EQ(recall(2), "");
  EXPECT_EQ(recall(3), "nothing");
}

TEST_F(FactsCacheTest, FactsEndAtTheirMonotonicExpiry) {
  learn(1, "sub=anna");
  clock_.now = clock_.now + seconds(300) + microseconds(-1);
  EXPECT_EQ(recall(1), "sub=anna");
  clock_.now = clock_.now + microseconds(1);
  EXPECT_EQ(recall(1), "nothing");
  EXPECT_EQ(cache_.counts().expired, 1U);
  EXPECT_EQ(cache_.counts().good_now, 0U) << "an entry whose time is over gives its slot back";
}

TEST_F(FactsCacheTest, FactsEndAtTheTokensExp) {
  learn(1, "sub=anna", WallTime{clock_.wall.s + 60});
  clock_.wall.s += 59;
  EXPECT_EQ(recall(1), "sub=anna");
  clock_.wall.s += 1;
  EXPECT_EQ(recall(1), "nothing");
}

TEST_F(FactsCacheTest, AnUnsynchronisedClockCountsToo) {
  learn(1, "sub=anna", WallTime{clock_.wall.s + 60});
  clock_.trust = ClockTrust::Floor;
  clock_.wall.s += 60;
  EXPECT_EQ(recall(1), "nothing");
}

TEST_F(FactsCacheTest, AClockBeforeItsFloorEndsOnlyWhatTheFloorShowsToBeOver) {
  const WallTime exp{clock_.wall.s + 60};
  learn(1, "sub=anna", exp);
  clock_.trust = ClockTrust::Unknown;
  clock_.floor = WallTime{exp.s - 1};
  clock_.wall = WallTime{exp.s - 2};
  EXPECT_EQ(recall(1), "sub=anna");
  clock_.floor = exp;
  EXPECT_EQ(recall(1), "nothing");
}

TEST_F(FactsCacheTest, RefusalsEndToo) {
  learn_refusal(1);
  EXPECT_EQ(recall(1), "refused");
  clock_.now = clock_.now + seconds(10);
  EXPECT_EQ(recall(1), "nothing");
}

TEST_F(FactsCacheTest, AFloodOfBadTokensPushesOutNoFacts) {
  for (std::size_t token = 0; token < 4; ++token) learn(token, "good");
  for (std::size_t token = 100; token < 10'000; ++token) learn_refusal(token);
  for (std::size_t token = 0; token < 4; ++token) EXPECT_EQ(recall(token), "good");
  EXPECT_EQ(recall(9'999), "refused");
  EXPECT_EQ(cache_.counts().refused_now, 2U);
  EXPECT_EQ(cache_.counts().evicted, 0U);
}

TEST_F(FactsCacheTest, TheFactsUsedLongestAgoMakeRoom) {
  for (std::size_t token = 0; token < 4; ++token) learn(token, "good");
  EXPECT_EQ(recall(0), "good");
  learn(4, "good");
  EXPECT_EQ(recall(1), "nothing");
  EXPECT_EQ(recall(0), "good");
  EXPECT_EQ(cache_.counts().evicted, 1U);
}

TEST_F(FactsCacheTest, TheLastWordAboutATokenCounts) {
  learn(1, "a longer word");
  learn(1, "short");
  EXPECT_EQ(recall(1), "short");
  learn_refusal(1);
  EXPECT_EQ(recall(1), "refused");
  EXPECT_EQ(cache_.counts().good_now, 0U);
  learn(1, "again");
  EXPECT_EQ(recall(1), "again");
  EXPECT_EQ(cache_.counts().refused_now, 0U);
}

TEST_F(FactsCacheTest, AForgottenTokenIsUnknown) {
  learn(1, "sub=anna");
  learn_refusal(2);
  cache_.forget(tag_of(1));
  cache_.forget(tag_of(2));
  cache_.forget(tag_of(3));
  EXPECT_EQ(recall(1), "nothing");
  EXPECT_EQ(recall(2), "nothing");
}

TEST_F(FactsCacheTest, ANewGenerationKnowsNothingOfTheOld) {
  learn(1, "sub=anna");
  learn_refusal(2);
  const std::uint32_t generation = cache_.advance_generation();
  EXPECT_EQ(recall(1, generation), "nothing");
  EXPECT_EQ(recall(2, generation), "nothing");
}

// A verification that began before a key was removed must not bring its result back afterwards.
TEST_F(FactsCacheTest, WhatWasVerifiedUnderAnOldGenerationIsNotKept) {
  const std::uint32_t generation = cache_.advance_generation();
  learn(1, "sub=anna");
  learn_refusal(2);
  EXPECT_EQ(recall(1, generation), "nothing");
  EXPECT_EQ(recall(1, 0), "nothing");
  EXPECT_EQ(recall(2, 0), "nothing");
}

TEST_F(FactsCacheTest, CountsWhatHappened) {
  learn(1, "sub=anna");
  learn_refusal(2);
  recall(1);
  recall(1);
  recall(2);
  recall(3);
  const FactsCacheCounts counts = cache_.counts();
  EXPECT_EQ(counts.hits, 2U);
  EXPECT_EQ(counts.hits_refused, 1U);
  EXPECT_EQ(counts.misses, 1U);
  EXPECT_EQ(counts.good_now, 1U);
  EXPECT_EQ(counts.refused_now, 1U);
}

TEST_F(FactsCacheTest, TakesExactlyWhatWasPlanned) {
  EXPECT_EQ(arena_.used(), plan_for(size).total_bytes());
}

using FactsCacheDeathTest = FactsCacheTest;

TEST_F(FactsCacheDeathTest, FactsThatAreTooLongAreOurMistake) {
  EXPECT_DEATH(learn(1, std::string(33, 'x')), "broken assumption");
}

TEST_F(FactsCacheDeathTest, ACopyWithoutRoomIsOurMistake) {
  learn(1, "sub=anna");
  std::array<std::byte, 4> into;
  EXPECT_DEATH(static_cast<void>(cache_.find(tag_of(1), clock_, 0, into)), "broken assumption");
}

TEST(FactsCacheSize, DividesTheEntries) {
  const auto divided = [](std::uint32_t entries, std::uint32_t permille) {
    const FactsCacheSize size = FactsCacheSize::of(entries, permille, 1024, 1);
    return std::pair(size.good_count, size.refused_count);
  };
  EXPECT_EQ(divided(4096, 125), std::pair(3584U, 512U));
  EXPECT_EQ(divided(4096, 0), std::pair(4096U, 0U));
  EXPECT_EQ(divided(2, 125), std::pair(1U, 1U)) << "a share above 0 is at least one entry";
  EXPECT_EQ(divided(10, 1000), std::pair(1U, 9U)) << "one entry for facts always remains";
  EXPECT_EQ(divided(1, 500), std::pair(1U, 0U));
}

TEST(FactsCache, WithoutRefusedEntriesForgetsRefusals) {
  const FactsCacheSize size{.good_count = 2, .refused_count = 0, .facts_bytes = 8};
  const Block block(plan_for(size));
  Arena arena(block.bytes());
  FactsCache cache(arena, size);
  const Clock clock;
  std::array<std::byte, 8> into;
  cache.store(tag_of(1), as_bytes("good"), never, {}, 0);
  cache.store_refused(tag_of(1), never, 0);
  EXPECT_EQ(cache.find(tag_of(1), clock, 0, into).kind, Found::Kind::Miss)
      << "facts that are refused now must not survive";
}

TEST(FactsCache, ForSeveralWorkersPlansAndHoldsAtLeastWhatWasAsked) {
  for (const std::uint32_t workers : {1U, 2U, 4U, 16U, 64U}) {
    for (const std::uint32_t entries : {1U, 100U, 4096U, 10'001U}) {
      const FactsCacheSize size = FactsCacheSize::of(entries, 125, 16, workers);
      const Block block(plan_for(size));
      Arena arena(block.bytes());
      FactsCache cache(arena, size);
      EXPECT_EQ(arena.used(), block.bytes().size());
      for (std::size_t token = 0; token < 4 * std::size_t{entries}; ++token) {
        cache.store(tag_of(token), as_bytes("facts"), never, {}, 0);
        cache.store_refused(tag_of(token + 1'000'000), never, 0);
      }
      const FactsCacheCounts counts = cache.counts();
      EXPECT_GE(counts.good_now, size.good_count * 95 / 100) << workers << " " << entries;
      EXPECT_LE(counts.good_now, size.good_count + 64) << workers << " " << entries;
      EXPECT_GE(counts.refused_now, size.refused_count * 80 / 100) << workers << " " << entries;
    }
  }
}

// Resident memory idle is a promise: pages of entries that were never used must stay unmapped.
TEST(FactsCache, TouchesMemoryOnlyAsEntriesComeIntoUse) {
  const FactsCacheSize size = FactsCacheSize::of(4096, 125, 1024, 4);
  const Block block(plan_for(size));
  Arena arena(block.bytes());
  FactsCache cache(arena, size);
  const auto pages_touched = [&] {
    std::size_t count = 0;
    for (std::size_t at = 0; at < block.bytes().size(); at += 4096) {
      const auto page =
          block.bytes().subspan(at, std::min<std::size_t>(4096, block.bytes().size() - at));
      count += std::any_of(page.begin(), page.end(), [](std::byte b) { return b != std::byte{0}; });
    }
    return count;
  };
  EXPECT_LE(pages_touched(), 1U);
  const std::string facts(200, 'x');
  for (std::size_t token = 0; token < 4; ++token) {
    cache.store(tag_of(token), as_bytes(facts), never, {}, 0);
  }
  // Per entry at most a page each of tags, links, buckets, entry, facts.
  EXPECT_LE(pages_touched(), 1 + 4 * 5U);
}

}  // namespace
}  // namespace postern::cache
