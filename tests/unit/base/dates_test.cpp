#include "core/base/dates.hpp"

#include <gtest/gtest.h>

namespace postern {
namespace {

constexpr WallTime floor_at{1'000};
constexpr ClockPolicy allowed{.unknown = true, .floor = true};
constexpr ClockPolicy refused{.unknown = false, .floor = false};

Clock clock_at(std::int64_t wall, ClockTrust trust) {
  return {MonotonicTime{}, WallTime{wall}, trust, floor_at};
}
Dates from(std::int64_t s) { return {.from = WallTime{s}, .until = {}}; }
Dates until(std::int64_t s) { return {.from = {}, .until = WallTime{s}}; }

TEST(Dates, AreComparedWithAWallClockThatIsNotBeforeTheFloor) {
  for (const ClockTrust trust : {ClockTrust::Floor, ClockTrust::Synchronised}) {
    const Clock clock = clock_at(2'000, trust);
    EXPECT_EQ(date_verdict(clock, until(2'001), allowed), DateVerdict::Holds);
    EXPECT_EQ(date_verdict(clock, until(2'000), allowed), DateVerdict::Over)
        << "the end is the first second at which it holds no more";
    EXPECT_EQ(date_verdict(clock, from(2'000), allowed), DateVerdict::Holds);
    EXPECT_EQ(date_verdict(clock, from(2'001), allowed), DateVerdict::NotYet);
  }
}

TEST(Dates, WhatEndedBeforeTheFloorIsOverWithoutAnyClock) {
  const Clock clock = clock_at(0, ClockTrust::Unknown);
  EXPECT_EQ(date_verdict(clock, until(1'000), allowed), DateVerdict::Over);
  EXPECT_EQ(date_verdict(clock, until(1'000), refused), DateVerdict::Over);
  EXPECT_EQ(date_verdict(clock, until(1'001), allowed), DateVerdict::Holds);
}

TEST(Dates, ABeginningCannotBeJudgedByAClockBeforeTheFloor) {
  EXPECT_EQ(date_verdict(clock_at(0, ClockTrust::Unknown), from(5'000), allowed),
            DateVerdict::Holds);
}

TEST(Dates, APolicyMayForbidToJudgeThem) {
  const Dates dates = until(9'000);
  EXPECT_EQ(date_verdict(clock_at(0, ClockTrust::Unknown), dates, refused),
            DateVerdict::ClockNotTrusted);
  EXPECT_EQ(date_verdict(clock_at(2'000, ClockTrust::Floor), dates, refused),
            DateVerdict::ClockNotTrusted);
  EXPECT_EQ(date_verdict(clock_at(2'000, ClockTrust::Synchronised), dates, refused),
            DateVerdict::Holds);

  constexpr ClockPolicy only_floor{.unknown = false, .floor = true};
  EXPECT_EQ(date_verdict(clock_at(0, ClockTrust::Unknown), from(0), only_floor),
            DateVerdict::ClockNotTrusted);
  EXPECT_EQ(date_verdict(clock_at(2'000, ClockTrust::Floor), from(0), only_floor),
            DateVerdict::Holds);
}

TEST(Dates, WhatHasNoneHoldsByAnyClock) {
  EXPECT_EQ(date_verdict(clock_at(0, ClockTrust::Unknown), {}, refused), DateVerdict::Holds);
}

TEST(Dates, ACertificateHoldsThroughItsLastSecond) {
  const Dates dates = Dates::through(WallTime{1'500}, WallTime{2'000});
  EXPECT_EQ(date_verdict(clock_at(2'000, ClockTrust::Synchronised), dates, allowed),
            DateVerdict::Holds);
  EXPECT_EQ(date_verdict(clock_at(2'001, ClockTrust::Synchronised), dates, allowed),
            DateVerdict::Over);
}

TEST(Dates, LeewayWidensThemAtBothEnds) {
  const Dates dates = Dates{.from = WallTime{1'500}, .until = WallTime{2'000}}.widened(seconds(60));
  EXPECT_EQ(dates.from, WallTime{1'440});
  EXPECT_EQ(dates.until, WallTime{2'060});
}

TEST(Dates, HowFarAwayOneIsNobodyCanTellByAClockBeforeTheFloor) {
  EXPECT_EQ(seconds_until(clock_at(0, ClockTrust::Unknown), WallTime{5'000}), std::nullopt);
  EXPECT_EQ(seconds_until(clock_at(2'000, ClockTrust::Floor), WallTime{5'000}), 3'000);
  EXPECT_EQ(seconds_until(clock_at(6'000, ClockTrust::Floor), WallTime{5'000}), 0);
}

TEST(Clock, IsUnknownBeforeAFloorThatWasLearntLater) {
  const Clock read{MonotonicTime{}, WallTime{2'000}, ClockTrust::Synchronised, floor_at};
  EXPECT_EQ(with_floor(read, WallTime{3'000}).trust, ClockTrust::Unknown);
  EXPECT_EQ(with_floor(read, WallTime{3'000}).floor, WallTime{3'000});
  EXPECT_EQ(with_floor(read, WallTime{2'000}).trust, ClockTrust::Synchronised);
}

TEST(Clock, KeepsTheLaterFloor) {
  const Clock read{MonotonicTime{}, WallTime{2'000}, ClockTrust::Floor, floor_at};
  EXPECT_EQ(with_floor(read, WallTime{500}).floor, floor_at);
  EXPECT_EQ(with_floor(read, WallTime{500}).trust, ClockTrust::Floor);
}

}  // namespace
}  // namespace postern
