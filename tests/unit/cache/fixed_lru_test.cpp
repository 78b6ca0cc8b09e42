#include "core/cache/fixed_lru.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>
#include <map>

#include "tests/support/block.hpp"
#include "tests/support/random.hpp"

namespace postern::cache {
namespace {

using crypto::Tag;
using test::Block;
using test::Random;
using test::Seed;

constexpr std::uint32_t none = FixedLru::none;

/// Tags as a keyed hash makes them: every bit looks random.
Tag tag_of(std::size_t number) {
  Random random(number + 1);
  return {random.next(), random.next()};
}

/// Tags that all fall into one bucket.
Tag colliding_tag_of(std::size_t number) { return {0xFFFF'0000'0000'0000, number}; }

TEST(FixedLru, FindsWhatWasInsertedUntilItIsRemoved) {
  const Block block(FixedLru::memory_bytes({4, 4}));
  FixedLru lru(block.bytes(), {4, 4});
  EXPECT_EQ(lru.find(tag_of(1)), none);
  const auto [slot, evicted] = lru.insert(0, tag_of(1));
  EXPECT_FALSE(evicted);
  EXPECT_EQ(lru.find(tag_of(1)), slot);
  EXPECT_EQ(lru.tag(slot), tag_of(1));
  lru.remove(slot);
  EXPECT_EQ(lru.find(tag_of(1)), none);
  EXPECT_EQ(lru.size(0), 0U);
}

TEST(FixedLru, BothHalvesOfATagCount) {
  const Block block(FixedLru::memory_bytes({4, 0}));
  FixedLru lru(block.bytes(), {4, 0});
  lru.insert(0, {1, 2});
  EXPECT_EQ(lru.find({1, 3}), none);
  EXPECT_EQ(lru.find({2, 2}), none);
  EXPECT_NE(lru.find({1, 2}), none);
}

TEST(FixedLru, TheEntryUsedLongestAgoMakesRoom) {
  const Block block(FixedLru::memory_bytes({3, 0}));
  FixedLru lru(block.bytes(), {3, 0});
  for (std::size_t i = 0; i < 3; ++i) lru.insert(0, tag_of(i));
  lru.use(lru.find(tag_of(0)));
  EXPECT_TRUE(lru.insert(0, tag_of(3)).evicted);
  EXPECT_EQ(lru.find(tag_of(1)), none);
  EXPECT_NE(lru.find(tag_of(0)), none);
  EXPECT_NE(lru.find(tag_of(2)), none);
}

TEST(FixedLru, OneOrderNeverPushesOutTheOther) {
  const Block block(FixedLru::memory_bytes({2, 3}));
  FixedLru lru(block.bytes(), {2, 3});
  lru.insert(0, tag_of(0));
  lru.insert(0, tag_of(1));
  for (std::size_t i = 100; i < 200; ++i) {
    const auto [slot, evicted] = lru.insert(1, tag_of(i));
    EXPECT_EQ(lru.order_of(slot), 1U);
  }
  EXPECT_NE(lru.find(tag_of(0)), none);
  EXPECT_NE(lru.find(tag_of(1)), none);
  EXPECT_EQ(lru.size(1), 3U);
}

TEST(FixedLru, AnOrderWithoutSlotsTakesNothing) {
  const Block block(FixedLru::memory_bytes({2, 0}));
  FixedLru lru(block.bytes(), {2, 0});
  EXPECT_EQ(lru.insert(1, tag_of(0)).slot, none);
  EXPECT_EQ(lru.find(tag_of(0)), none);
}

// BearSSL's cache lost entries when a removal met a chain in its middle (its bug 1.3): all three
// places.
TEST(FixedLru, RemovingFromAChainKeepsTheOthers) {
  for (std::size_t removed = 0; removed < 3; ++removed) {
    const Block block(FixedLru::memory_bytes({4, 0}));
    FixedLru lru(block.bytes(), {4, 0});
    for (std::size_t i = 0; i < 3; ++i) lru.insert(0, colliding_tag_of(i));
    lru.remove(lru.find(colliding_tag_of(removed)));
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(lru.find(colliding_tag_of(i)) == none, i == removed) << i;
    }
  }
}

TEST(FixedLru, TouchesMemoryOnlyAsSlotsComeIntoUse) {
  const Block block(FixedLru::memory_bytes({10'000, 10'000}));
  FixedLru lru(block.bytes(), {10'000, 10'000});
  const auto touched = [&] {
    return block.bytes().size() - static_cast<std::size_t>(std::count(
                                      block.bytes().begin(), block.bytes().end(), std::byte{0}));
  };
  EXPECT_EQ(touched(), 0U);
  for (std::size_t i = 0; i < 10; ++i) lru.insert(0, tag_of(i));
  EXPECT_LE(touched(), 10 * (16 + 12 + 4U));
}

TEST(FixedLruDeathTest, RemovingTwiceIsOurMistake) {
  const Block block(FixedLru::memory_bytes({2, 0}));
  FixedLru lru(block.bytes(), {2, 0});
  const std::uint32_t slot = lru.insert(0, tag_of(0)).slot;
  lru.remove(slot);
  EXPECT_DEATH(lru.remove(slot), "broken assumption");
  EXPECT_DEATH(lru.use(slot), "broken assumption");
}

/// Per order a list of numbers, oldest first.
struct NaiveLru {
  std::list<std::size_t> orders[2];
  std::map<std::size_t, std::uint32_t> slots;
};

void check_agreement(const FixedLru& lru, const NaiveLru& model, std::size_t tag_count,
                     Tag (*tag)(std::size_t)) {
  for (std::size_t number = 0; number < tag_count; ++number) {
    const auto known = model.slots.find(number);
    ASSERT_EQ(lru.find(tag(number)), known == model.slots.end() ? none : known->second);
  }
  for (std::size_t order = 0; order < 2; ++order) {
    ASSERT_EQ(lru.size(order), model.orders[order].size());
    ASSERT_EQ(lru.oldest(order),
              model.orders[order].empty() ? none : model.slots.at(model.orders[order].front()));
  }
}

void run_against_model(Seed seed, Tag (*tag)(std::size_t)) {
  Random random(seed);
  const FixedLru::Counts counts{static_cast<std::uint32_t>(random.below(7)),
                                static_cast<std::uint32_t>(random.below(7))};
  const Block block(FixedLru::memory_bytes(counts));
  FixedLru lru(block.bytes(), counts);
  NaiveLru model;
  constexpr std::size_t tag_count = 16;
  for (int step = 0; step < 100; ++step) {
    const std::size_t number = random.below(tag_count);
    const auto known = model.slots.find(number);
    if (known == model.slots.end()) {
      const std::size_t order = random.below(2);
      const auto [slot, evicted] = lru.insert(order, tag(number));
      ASSERT_EQ(slot == none, counts[order] == 0);
      if (slot == none) continue;
      std::list<std::size_t>& numbers = model.orders[order];
      ASSERT_EQ(evicted, numbers.size() == counts[order]);
      if (evicted) {
        model.slots.erase(numbers.front());
        numbers.pop_front();
      }
      for (const auto& [other, other_slot] : model.slots) ASSERT_NE(slot, other_slot);
      ASSERT_EQ(lru.order_of(slot), order);
      numbers.push_back(number);
      model.slots[number] = slot;
    } else {
      std::list<std::size_t>& numbers = model.orders[lru.order_of(known->second)];
      numbers.remove(number);
      if (random.chance(60)) {
        lru.use(known->second);
        numbers.push_back(number);
      } else {
        lru.remove(known->second);
        model.slots.erase(known);
      }
    }
    check_agreement(lru, model, tag_count, tag);
  }
}

TEST(FixedLru, AgreesWithANaiveLruForAnySequence) {
  for (const Seed seed : test::seeds(1'000)) {
    SCOPED_TRACE(seed);
    run_against_model(seed, tag_of);
    if (HasFatalFailure()) return;
  }
}

TEST(FixedLru, AgreesWithANaiveLruWhenAllTagsCollide) {
  for (const Seed seed : test::seeds(1'000)) {
    SCOPED_TRACE(seed);
    run_against_model(seed, colliding_tag_of);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace postern::cache
