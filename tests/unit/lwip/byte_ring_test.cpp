#include "platform/lwip/byte_ring.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>

#include "platform/sim/random.hpp"

namespace postern::platform::lwip {
namespace {

constexpr std::size_t capacity = 13;

TEST(ByteRing, AgreesWithAQueueForAnySequence) {
  sim::Random random(1);
  ByteRing<capacity> ring;
  std::deque<std::byte> model;
  for (int i = 0; i < 20'000; ++i) {
    if (random.chance(500)) {
      const auto room = ring.room();
      ASSERT_EQ(room.empty(), model.size() == capacity);
      const std::size_t count = random.below(room.size() + 1);
      for (std::byte& byte : room.first(count)) {
        byte = static_cast<std::byte>(random.next());
        model.push_back(byte);
      }
      ring.filled(count);
    } else {
      const auto front = ring.front();
      ASSERT_EQ(front.empty(), model.empty());
      ASSERT_TRUE(std::equal(front.begin(), front.end(), model.begin()));
      const std::size_t count = random.below(ring.size() + 1);
      ring.drop(count);
      model.erase(model.begin(), model.begin() + static_cast<std::ptrdiff_t>(count));
    }
    ASSERT_EQ(ring.size(), model.size());
  }
}

TEST(ByteRing, IsEmptyAgainWhenCleared) {
  ByteRing<capacity> ring;
  ring.filled(5);
  ring.clear();
  EXPECT_TRUE(ring.empty());
  EXPECT_EQ(ring.room().size(), capacity);
}

}  // namespace
}  // namespace postern::platform::lwip
