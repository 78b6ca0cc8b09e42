#include "core/base/pool.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "core/base/poison.hpp"
#include "tests/support/block.hpp"
#include "tests/support/random.hpp"

namespace postern {
namespace {

using test::Block;
using test::Random;
using test::Seed;

struct Item {
  std::uint64_t value = 7;
  std::uint16_t other = 8;
};

std::size_t bytes_for(std::size_t count) {
  return static_cast<std::size_t>(Pool<Item>::row("items", count).bytes());
}

TEST(Pool, MakesItemsWithTheirInitialValues) {
  const Block block(bytes_for(2));
  Pool<Item> pool(block.bytes(), 2);
  const std::uint16_t slot = pool.acquire().value();
  EXPECT_EQ(pool[slot].value, 7U);
  pool[slot].value = 99;
  pool.release(slot);
  EXPECT_EQ(pool[pool.acquire().value()].value, 7U);
}

TEST(Pool, GivesNothingWhenAllAreInUse) {
  const Block block(bytes_for(2));
  Pool<Item> pool(block.bytes(), 2);
  EXPECT_TRUE(pool.acquire());
  const std::uint16_t second = pool.acquire().value();
  EXPECT_FALSE(pool.acquire());
  pool.release(second);
  EXPECT_EQ(pool.acquire(), second);
}

TEST(Pool, GivesTheSlotFreedLastFirst) {
  const Block block(bytes_for(4));
  Pool<Item> pool(block.bytes(), 4);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pool.acquire(), i);
  pool.release(0);
  pool.release(2);
  EXPECT_EQ(pool.acquire(), 2);
  EXPECT_EQ(pool.acquire(), 0);
  EXPECT_EQ(pool.acquire(), 3);
}

TEST(Pool, TouchesNothingAboveItsHighWaterMark) {
  constexpr std::size_t count = 1000;
  const Block block(bytes_for(count));
  std::memset(block.bytes().data(), 0xA5, block.bytes().size());
  {
    Pool<Item> pool(block.bytes(), count);
    for (int round = 0; round < 10; ++round) {
      const std::uint16_t first = pool.acquire().value();
      const std::uint16_t second = pool.acquire().value();
      pool.release(first);
      pool.release(second);
    }
    EXPECT_EQ(pool.used_max(), 2U);
  }
  std::size_t touched = 0;
  for (const std::byte b : block.bytes()) touched += b == std::byte{0xA5} ? 0 : 1;
  EXPECT_LE(touched, 2 * (sizeof(Item) + 4));
}

TEST(Pool, AHandleGoesStaleWhenItsSlotIsReleased) {
  const Block block(bytes_for(2));
  Pool<Item> pool(block.bytes(), 2);
  const std::uint16_t slot = pool.acquire().value();
  const std::uint16_t generation = pool.generation(slot);
  EXPECT_TRUE(pool.holds(slot, generation));
  pool.release(slot);
  EXPECT_FALSE(pool.holds(slot, generation));
  EXPECT_EQ(pool.acquire(), slot);
  EXPECT_FALSE(pool.holds(slot, generation));
  EXPECT_TRUE(pool.holds(slot, pool.generation(slot)));
  EXPECT_FALSE(pool.holds(1, 0)) << "never given out";
  EXPECT_FALSE(pool.holds(no_slot, 0)) << "no slot at all";
}

TEST(Pool, OfNoItemsGivesNothing) {
  Pool<Item> pool({}, 0);
  EXPECT_FALSE(pool.acquire());
}

TEST(PoolDeathTest, ReleasingTwiceIsOurMistake) {
  const Block block(bytes_for(2));
  Pool<Item> pool(block.bytes(), 2);
  const std::uint16_t slot = pool.acquire().value();
  pool.release(slot);
  EXPECT_DEATH(pool.release(slot), "broken assumption");
}

TEST(PoolDeathTest, ASlotNeverGivenOutIsOurMistake) {
  const Block block(bytes_for(2));
  Pool<Item> pool(block.bytes(), 2);
  EXPECT_DEATH(pool.release(0), "broken assumption");
  EXPECT_DEATH(static_cast<void>(pool[1]), "broken assumption");
}

TEST(PoolDeathTest, MemoryThatIsTooShortIsOurMistake) {
  const Block block(bytes_for(16) - 64);
  EXPECT_DEATH(Pool<Item>(block.bytes(), 16), "broken assumption");
}

#ifdef POSTERN_ADDRESS_SANITIZER
TEST(PoolDeathTest, UseAfterReleaseIsFoundBySanitizers) {
  const Block block(bytes_for(2));
  Pool<Item> pool(block.bytes(), 2);
  const std::uint16_t slot = pool.acquire().value();
  const Item& item = pool[slot];
  pool.release(slot);
  EXPECT_DEATH(EXPECT_EQ(item.value, 0U), "use-after-poison");
}
#endif

/// What a pool promises, in the simplest terms.
struct NaivePool {
  std::vector<std::uint16_t> freed;  // last one is given out next
  std::vector<bool> used;
  std::vector<std::uint16_t> generation;
  std::vector<std::uint64_t> value;
  std::size_t used_count = 0;
};

TEST(Pool, AgreesWithANaivePoolForAnySequence) {
  for (const Seed seed : test::seeds(1'000)) {
    Random random(seed);
    const std::size_t count = 1 + random.below(12);
    const Block block(bytes_for(count));
    Pool<Item> pool(block.bytes(), count);
    NaivePool model;
    for (int step = 0; step < 200; ++step) {
      if (random.chance(55)) {
        const auto slot = pool.acquire();
        if (!model.freed.empty()) {
          ASSERT_EQ(slot, model.freed.back()) << seed;
          model.freed.pop_back();
        } else if (model.used.size() < count) {
          ASSERT_EQ(slot, model.used.size()) << seed;
          model.used.push_back(false);
          model.generation.push_back(0);
          model.value.push_back(0);
        } else {
          ASSERT_FALSE(slot) << seed;
          continue;
        }
        model.used[*slot] = true;
        ++model.used_count;
        pool[*slot].value = model.value[*slot] = random.next();
      } else if (model.used_count != 0) {
        std::size_t slot = random.below(model.used.size());
        while (!model.used[slot]) slot = (slot + 1) % model.used.size();
        pool.release(static_cast<std::uint16_t>(slot));
        model.used[slot] = false;
        ++model.generation[slot];
        --model.used_count;
        model.freed.push_back(static_cast<std::uint16_t>(slot));
      }
      ASSERT_EQ(pool.used(), model.used_count) << seed;
      ASSERT_EQ(pool.used_max(), model.used.size()) << seed;
      for (std::uint16_t slot = 0; slot < model.used.size(); ++slot) {
        ASSERT_EQ(pool.in_use(slot), model.used[slot]) << seed;
        ASSERT_EQ(pool.generation(slot), model.generation[slot]) << seed;
        if (model.used[slot]) {
          ASSERT_EQ(pool[slot].value, model.value[slot]) << seed;
        }
      }
    }
  }
}

}  // namespace
}  // namespace postern
