#include "platform/linux/clocks.hpp"

#include <gtest/gtest.h>

namespace postern::platform {
namespace {

constexpr WallTime built{1'700'000'000};

TEST(Clocks, ATimeBeforeThisBuildIsNotKnown) {
  EXPECT_EQ(trust_in(WallTime{0}, built, false), ClockTrust::Unknown);
  EXPECT_EQ(trust_in(WallTime{0}, built, true), ClockTrust::Unknown)
      << "whatever the kernel was told";
}

TEST(Clocks, ATimeAfterThisBuildIsAFloorUntilSomethingDisciplinesTheClock) {
  EXPECT_EQ(trust_in(built, built, false), ClockTrust::Floor);
  EXPECT_EQ(trust_in(built, built, true), ClockTrust::Synchronised);
}

TEST(Clocks, MonotonicTimeNeverGoesBack) {
  Clocks clocks(built);
  Clock before = clocks.read();
  for (int i = 0; i < 1'000; ++i) {
    const Clock now = clocks.read();
    EXPECT_GE(now.now, before.now);
    before = now;
  }
}

}  // namespace
}  // namespace postern::platform
