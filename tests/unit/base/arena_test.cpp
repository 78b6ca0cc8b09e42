#include "core/base/arena.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "tests/support/block.hpp"
#include "tests/support/random.hpp"

namespace postern {
namespace {

using test::Block;
using test::Random;
using test::Seed;

TEST(Arena, HandsOutAlignedPiecesInOrder) {
  const Block block(64);
  Arena arena(block.bytes());
  EXPECT_EQ(arena.take(3, 1), block.bytes().data());
  EXPECT_EQ(arena.take(8, 8), block.bytes().data() + 8);
  EXPECT_EQ(arena.take(1, 1), block.bytes().data() + 16);
  EXPECT_EQ(arena.used(), 17U);
}

TEST(Arena, ARefusalTakesNothing) {
  const Block block(16);
  Arena arena(block.bytes());
  EXPECT_EQ(arena.take(17, 1), nullptr);
  EXPECT_EQ(arena.take(SIZE_MAX, 8), nullptr);
  EXPECT_EQ(arena.used(), 0U);
  EXPECT_NE(arena.take(16, 1), nullptr);
  EXPECT_EQ(arena.take(1, 1), nullptr);
}

TEST(Arena, ResetGivesEverythingBackAndKeepsTheHighWaterMark) {
  const Block block(16);
  Arena arena(block.bytes());
  EXPECT_NE(arena.take(10, 1), nullptr);
  arena.reset();
  EXPECT_EQ(arena.used(), 0U);
  EXPECT_EQ(arena.take(5, 1), block.bytes().data());
  EXPECT_EQ(arena.used_max(), 10U);
}

TEST(Arena, CopiesTextAndTellsEmptyFromNoRoom) {
  const Block block(4);
  Arena arena(block.bytes());
  bool ok = false;
  EXPECT_EQ(arena.copy("abc", ok), "abc");
  EXPECT_TRUE(ok);
  EXPECT_EQ(arena.copy("", ok), "");
  EXPECT_TRUE(ok);
  EXPECT_EQ(arena.copy("de", ok), "");
  EXPECT_FALSE(ok);
}

TEST(Arena, MakesArraysOfInitialisedObjects) {
  struct Item {
    int number = 5;
  };
  const Block block(3 * sizeof(Item));
  Arena arena(block.bytes());
  EXPECT_TRUE(arena.take_array<Item>(4).empty());
  EXPECT_TRUE(arena.take_array<Item>(SIZE_MAX / sizeof(Item) + 2).empty())
      << "must not wrap around";
  const std::span<Item> items = arena.take_array<Item>(3);
  ASSERT_EQ(items.size(), 3U);
  for (const Item& item : items) EXPECT_EQ(item.number, 5);
}

TEST(Arena, OfNoMemoryHandsOutNothing) {
  Arena arena({});
  EXPECT_EQ(arena.take(1, 1), nullptr);
}

// The naive model: the smallest aligned place behind all earlier pieces, if the piece ends within
// the block.
TEST(Arena, AgreesWithANaiveArenaForAnySequence) {
  for (const Seed seed : test::seeds(1'000)) {
    Random random(seed);
    const Block block(512);
    const std::size_t shift = random.below(64);  // the block itself need not be aligned
    const std::span<std::byte> memory = block.bytes().subspan(shift);
    Arena arena(memory);
    std::byte* const end = memory.data() + memory.size();
    std::byte* model = memory.data();
    std::size_t used_max = 0;
    for (int step = 0; step < 60; ++step) {
      if (random.chance(3)) {
        arena.reset();
        model = memory.data();
      }
      const std::size_t size = random.below(40);
      const std::size_t alignment = std::size_t{1} << random.below(7);
      std::byte* expected = model;
      while (reinterpret_cast<std::uintptr_t>(expected) % alignment != 0) ++expected;
      const bool fits = expected <= end && size <= static_cast<std::size_t>(end - expected);
      ASSERT_EQ(arena.take(size, alignment), fits ? expected : nullptr) << seed;
      if (fits) model = expected + size;
      used_max = std::max(used_max, static_cast<std::size_t>(model - memory.data()));
      ASSERT_EQ(arena.used(), static_cast<std::size_t>(model - memory.data())) << seed;
      ASSERT_EQ(arena.used_max(), used_max) << seed;
    }
  }
}

}  // namespace
}  // namespace postern
