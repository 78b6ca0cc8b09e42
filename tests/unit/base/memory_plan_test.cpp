#include "core/base/memory_plan.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "core/base/pool.hpp"
#include "tests/support/block.hpp"

namespace postern {
namespace {

struct Item {
  std::uint64_t words[3];
};

constexpr MemoryRow connections = Pool<Item>::row("connections", 100);
constexpr MemoryRow facts{"facts", 10, 100};

constexpr MemoryPlan plan_for(std::uint32_t workers) {
  MemoryPlan plan(workers);
  plan.add(connections);
  plan.add(facts);
  return plan;
}

// A microcontroller checks its budget when it is compiled.
static_assert(plan_for(1).total_bytes() == 2816 + 1024);
static_assert(plan_for(3).total_bytes() == 3 * 2816 + 1024);

TEST(MemoryPlan, RowsAreWholeCacheLines) {
  EXPECT_EQ((MemoryRow{"a", 1, 1}.bytes()), 64U);
  EXPECT_EQ((MemoryRow{"a", 1, 64}.bytes()), 64U);
  EXPECT_EQ((MemoryRow{"a", 3, 64}.bytes()), 192U);
  EXPECT_EQ((MemoryRow{"a", 13, 5}.bytes()), 128U);
  EXPECT_EQ((MemoryRow{"a", 0, 1000}.bytes()), 0U);
}

TEST(MemoryPlan, TheTotalIsExactlyWhatIsTaken) {
  constexpr std::uint32_t workers = 3;
  const test::Block block(plan_for(workers));
  Arena arena(block.bytes());
  const std::span<std::byte> shared = take_row(arena, facts);
  EXPECT_EQ(shared.size(), 1024U);
  for (std::uint32_t worker = 0; worker < workers; ++worker) {
    const std::span<std::byte> piece = take_row(arena, connections);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(piece.data()) % 64, 0U);
    const Pool<Item> pool(piece, 100);
    EXPECT_EQ(pool.count(), 100U);
  }
  EXPECT_EQ(arena.used(), plan_for(workers).total_bytes());
  EXPECT_EQ(arena.take(1, 1), nullptr);
}

TEST(MemoryPlanDeathTest, TakingWhatWasNotPlannedIsOurMistake) {
  const test::Block block(1024);
  Arena arena(block.bytes());
  static_cast<void>(take_row(arena, facts));
  EXPECT_DEATH(static_cast<void>(take_row(arena, facts)), "broken assumption");
}

TEST(MemoryPlanDeathTest, SizesThatCannotBeCountedAreOurMistake) {
  const MemoryRow row{"too much", UINT64_MAX / 2, 3};
  EXPECT_DEATH(static_cast<void>(row.bytes()), "broken assumption");
}

TEST(MemoryPlanDeathTest, A49thRowIsOurMistake) {
  MemoryPlan plan;
  for (int i = 0; i < 48; ++i) plan.add({"row", 1, 1});
  EXPECT_DEATH(plan.add({"row", 1, 1}), "broken assumption");
}

TEST(MemoryPlan, PrintsATableForPeople) {
  std::array<char, 1024> text;
  ByteWriter out(text);
  write_table(out, plan_for(2));
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(
      out.written(),
      "what                                     count    bytes each       workers         bytes\n"
      "connections                                100            28             2          5632\n"
      "facts                                       10           100        shared          1024\n"
      "total                                                                               6656\n");
}

}  // namespace
}  // namespace postern
