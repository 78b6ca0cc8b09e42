#include "core/cache/revocations.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace postern::cache {
namespace {

crypto::Tag tag(std::uint64_t n) { return {n * 0x9E3779B97F4A7C15, n}; }
constexpr MonotonicTime at(std::int64_t s) { return MonotonicTime{} + seconds(s); }

class RevocationsTest : public testing::Test {
 protected:
  static constexpr std::uint32_t count = 4;

  RevocationsTest() : memory_(bytes() + MemoryRow::alignment), arena_(aligned(memory_)) {}

  static std::size_t bytes() {
    MemoryPlan plan;
    Revocations::plan(plan, count);
    return static_cast<std::size_t>(plan.total_bytes());
  }
  static std::span<std::byte> aligned(std::vector<std::byte>& memory) {
    void* start = memory.data();
    std::size_t size = memory.size();
    return {static_cast<std::byte*>(std::align(MemoryRow::alignment, bytes(), start, size)),
            bytes()};
  }

  std::vector<std::byte> memory_;
  Arena arena_;
  Revocations revocations_{arena_, count};
};

TEST_F(RevocationsTest, WhatWasRevokedIsSoUntilItsTimeIsOver) {
  EXPECT_TRUE(revocations_.empty());
  EXPECT_FALSE(revocations_.contains(tag(1), at(0)));
  ASSERT_TRUE(revocations_.add(tag(1), at(10), at(0)));
  EXPECT_FALSE(revocations_.empty());
  EXPECT_TRUE(revocations_.contains(tag(1), at(0)));
  EXPECT_TRUE(revocations_.contains(tag(1), at(9)));
  EXPECT_FALSE(revocations_.contains(tag(1), at(10)));
  EXPECT_FALSE(revocations_.contains(tag(2), at(0)));
}

TEST_F(RevocationsTest, RevokedAgainItIsSoForTheLongerTime) {
  ASSERT_TRUE(revocations_.add(tag(1), at(10), at(0)));
  ASSERT_TRUE(revocations_.add(tag(1), at(5), at(1)));
  EXPECT_TRUE(revocations_.contains(tag(1), at(9)));
  ASSERT_TRUE(revocations_.add(tag(1), at(20), at(1)));
  EXPECT_TRUE(revocations_.contains(tag(1), at(19)));
}

TEST_F(RevocationsTest, AFullTablePushesNothingOut) {
  for (std::uint64_t n = 1; n <= count; ++n) ASSERT_TRUE(revocations_.add(tag(n), at(10), at(0)));
  EXPECT_FALSE(revocations_.add(tag(9), at(10), at(0)));
  EXPECT_FALSE(revocations_.contains(tag(9), at(0)));
  for (std::uint64_t n = 1; n <= count; ++n) EXPECT_TRUE(revocations_.contains(tag(n), at(0)));
  EXPECT_TRUE(revocations_.add(tag(1), at(30), at(0))) << "it stands there already";
}

TEST_F(RevocationsTest, WhatIsOverMakesRoom) {
  for (std::uint64_t n = 1; n <= count; ++n) {
    ASSERT_TRUE(revocations_.add(tag(n), at(static_cast<std::int64_t>(n)), at(0)));
  }
  ASSERT_TRUE(revocations_.add(tag(9), at(10), at(2))) << "two of them are over";
  EXPECT_FALSE(revocations_.contains(tag(2), at(2)));
  EXPECT_TRUE(revocations_.contains(tag(3), at(2)));
  EXPECT_TRUE(revocations_.contains(tag(9), at(2)));
}

TEST_F(RevocationsTest, RevokedUntilThePastIsNothing) {
  EXPECT_TRUE(revocations_.add(tag(1), at(1), at(1)));
  EXPECT_TRUE(revocations_.empty());
}

}  // namespace
}  // namespace postern::cache
