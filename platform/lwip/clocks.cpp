#include "platform/lwip/clocks.hpp"

namespace postern::platform::lwip {
namespace {

constexpr std::int64_t believed_after_floor_s = 30LL * 366 * 24 * 3600;
constexpr Duration synchronised_for = seconds(24 * 3600);
// A cheap crystal is off by less than ten seconds a day; we ask every hour.
constexpr std::int64_t jump_min_s = 10;
constexpr std::int64_t second_us = 1'000'000;

}  // namespace

WallTime Clocks::Course::continued(MonotonicTime now) const {
  return {wall.s + (now - at).us / second_us};
}

bool Clocks::Course::agrees(WallTime told, MonotonicTime now) const {
  const std::int64_t difference = told.s - continued(now).s;
  return difference < jump_min_s && difference > -jump_min_s;
}

bool Clocks::told(WallTime wall, MonotonicTime now) {
  if (wall < floor_ || wall.s > floor_.s + believed_after_floor_s) return false;
  const bool goes_on = !set_ || course_.agrees(wall, now);
  const bool confirmed = jumped_ && jump_.agrees(wall, now);
  if (!goes_on && !confirmed) {
    jumped_ = true;
    jump_ = {wall, now};
    return false;
  }
  jumped_ = false;
  set_ = true;
  course_ = {wall, now};
  return true;
}

Clock Clocks::read(MonotonicTime now) const {
  Clock clock;
  clock.now = now;
  if (set_) {
    clock.wall = course_.continued(now);
    clock.trust =
        now - course_.at < synchronised_for ? ClockTrust::Synchronised : ClockTrust::Floor;
  } else {
    clock.wall = {now.us / second_us};  // 1970: before any floor
  }
  return with_floor(clock, floor_);
}

}  // namespace postern::platform::lwip
