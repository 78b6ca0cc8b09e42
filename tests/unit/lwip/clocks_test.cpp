#include "platform/lwip/clocks.hpp"

#include <gtest/gtest.h>

namespace postern::platform::lwip {
namespace {

constexpr WallTime floor{1'800'000'000};
constexpr std::int64_t today = floor.s + 1000;

MonotonicTime second(std::int64_t n) { return {n * 1'000'000}; }

TEST(Clocks, KnowNothingButTheFloorBeforeTheyAreTold) {
  const Clock clock = Clocks(floor).read(second(100));
  EXPECT_EQ(clock.trust, ClockTrust::Unknown);
  EXPECT_EQ(clock.floor, floor);
  EXPECT_LT(clock.wall, floor);
}

TEST(Clocks, GoOnFromWhatTheyWereTold) {
  Clocks clocks(floor);
  EXPECT_TRUE(clocks.told({today}, second(100)));
  const Clock clock = clocks.read(second(160));
  EXPECT_EQ(clock.trust, ClockTrust::Synchronised);
  EXPECT_EQ(clock.wall, WallTime{today + 60});
}

TEST(Clocks, DoNotBelieveADateBeforeTheFloorNorOneThirtyYearsAfterIt) {
  Clocks clocks(floor);
  EXPECT_FALSE(clocks.told({floor.s - 1}, second(1)));
  EXPECT_FALSE(clocks.told({floor.s + 31LL * 366 * 24 * 3600}, second(2)));
  EXPECT_FALSE(clocks.told({0}, second(3)));
  EXPECT_EQ(clocks.read(second(4)).trust, ClockTrust::Unknown);
}

TEST(Clocks, FollowAServerThatCorrectsThem) {
  Clocks clocks(floor);
  clocks.told({today}, second(0));
  EXPECT_TRUE(clocks.told({today + 3600 - 5}, second(3600)));
  EXPECT_EQ(clocks.read(second(3600)).wall, WallTime{today + 3595});
}

TEST(Clocks, JumpOnlyWhenTwoAnswersAgree) {
  Clocks clocks(floor);
  clocks.told({today}, second(0));
  EXPECT_FALSE(clocks.told({today + 90'000}, second(3600)));
  EXPECT_EQ(clocks.read(second(3600)).wall, WallTime{today + 3600});
  EXPECT_TRUE(clocks.told({today + 93'601}, second(7200)));
  EXPECT_EQ(clocks.read(second(7200)).wall, WallTime{today + 93'601});
}

TEST(Clocks, ForgetAJumpThatTheNextAnswerDoesNotConfirm) {
  Clocks clocks(floor);
  clocks.told({today}, second(0));
  EXPECT_FALSE(clocks.told({today + 90'000}, second(3600)));
  EXPECT_TRUE(clocks.told({today + 7200}, second(7200)));
  EXPECT_FALSE(clocks.told({today + 97'200}, second(10'800)));  // the first of a new pair
  EXPECT_FALSE(clocks.told({today + 55'555}, second(14'400)));  // and another
  EXPECT_EQ(clocks.read(second(14'400)).wall, WallTime{today + 14'400});
}

TEST(Clocks, AreNoLongerSynchronisedADayAfterTheLastAnswer) {
  Clocks clocks(floor);
  clocks.told({today}, second(0));
  EXPECT_EQ(clocks.read(second(86'399)).trust, ClockTrust::Synchronised);
  const Clock later = clocks.read(second(86'400));
  EXPECT_EQ(later.trust, ClockTrust::Floor);
  EXPECT_EQ(later.wall, WallTime{today + 86'400});
}

}  // namespace
}  // namespace postern::platform::lwip
