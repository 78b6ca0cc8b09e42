#include "platform/linux/mapped_memory.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace postern::platform {
namespace {

TEST(MappedMemory, IsAsLongAsAskedForAndZero) {
  const MappedMemory memory(10'000);
  ASSERT_EQ(memory.bytes().size(), 10'000U);
  EXPECT_EQ(std::count(memory.bytes().begin(), memory.bytes().end(), std::byte{0}), 10'000);
}

// Where addresses have 32 bits, 4 GiB and a page must not become a page.
TEST(MappedMemory, ThereIsNoneWhereNoneCanBeHad) {
  EXPECT_TRUE(MappedMemory(0).bytes().empty());
  EXPECT_TRUE(MappedMemory(UINT64_MAX).bytes().empty());
  if constexpr (sizeof(std::size_t) == 4) {
    EXPECT_TRUE(MappedMemory((std::uint64_t{1} << 32U) + 4096).bytes().empty());
  }
}

}  // namespace
}  // namespace postern::platform
