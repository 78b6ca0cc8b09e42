#include "core/base/atomic.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <type_traits>

namespace postern {
namespace {

TEST(Atomic, IsTheLanguagesWhereTheProcessorCanDoIt) {
  static_assert(std::is_same_v<Atomic<std::uint32_t>, std::atomic<std::uint32_t>>);
}

TEST(Atomic, CountsWithOneThreadWhereTheProcessorCannot) {
  OneThreadsValue<std::uint64_t> value = 40;
  EXPECT_EQ(value.fetch_add(1, std::memory_order_relaxed), 40U);
  EXPECT_EQ(value.load(std::memory_order_relaxed), 41U);
  value.store(std::uint64_t{1} << 40U, std::memory_order_relaxed);
  EXPECT_EQ(value.load(std::memory_order_relaxed), std::uint64_t{1} << 40U);
}

}  // namespace
}  // namespace postern
