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

TEST(Clocks, AClockThatIsSetBackBelowTheFloorIsNotBelievedWhateverTheKernelSays) {
  const WallTime set_back{built.s - 1};
  EXPECT_EQ(trust_in(set_back, built, true), ClockTrust::Unknown);
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

TEST(Clocks, AReadingCarriesItsFloor) { EXPECT_EQ(Clocks(built).read().floor, built); }

constexpr MonotonicTime start{1'000'000};
constexpr Duration offset = seconds(1'700'000'000);

TEST(Discipline, IsNotKnownBeforeTheKernelWasAsked) {
  const Discipline discipline;
  EXPECT_FALSE(discipline.synchronised());
  EXPECT_TRUE(discipline.must_be_asked(start, offset));
}

TEST(Discipline, ThatHoldsIsAskedAboutOnceAMinute) {
  Discipline discipline;
  discipline.answered(true, start, offset);
  EXPECT_FALSE(discipline.must_be_asked(start + milliseconds(59'999), offset));
  EXPECT_TRUE(discipline.must_be_asked(start + seconds(60), offset));
}

TEST(Discipline, ThatIsMissingIsAskedAboutMoreOften) {
  Discipline discipline;
  discipline.answered(false, start, offset);
  EXPECT_FALSE(discipline.must_be_asked(start + milliseconds(4'999), offset));
  EXPECT_TRUE(discipline.must_be_asked(start + seconds(5), offset));
}

TEST(Discipline, IsAskedAboutAtOnceWhenTheClockWasSet) {
  Discipline discipline;
  discipline.answered(true, start, offset);
  const MonotonicTime soon = start + milliseconds(1);
  EXPECT_TRUE(discipline.must_be_asked(soon, offset + seconds(3)));
  EXPECT_TRUE(discipline.must_be_asked(soon, offset + seconds(-3)));
  EXPECT_FALSE(discipline.must_be_asked(soon, offset + seconds(1))) << "gently corrected";

  discipline.answered(false, soon, offset + seconds(3));
  EXPECT_FALSE(discipline.must_be_asked(soon, offset + seconds(3))) << "once each time";
}

}  // namespace
}  // namespace postern::platform
