#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace postern {

/// A span of time in microseconds. Negative spans are legal results of a subtraction.
struct Duration {
  std::int64_t us = 0;
  friend constexpr auto operator<=>(const Duration&, const Duration&) = default;
};
constexpr Duration microseconds(std::int64_t n) { return {n}; }
constexpr Duration milliseconds(std::int64_t n) { return {n * 1000}; }
constexpr Duration seconds(std::int64_t n) { return {n * 1'000'000}; }

/// Time since an arbitrary start; never jumps, never runs backwards. All lifetimes run on it.
struct MonotonicTime {
  std::int64_t us = 0;
  friend constexpr auto operator<=>(const MonotonicTime&, const MonotonicTime&) = default;
};
constexpr MonotonicTime operator+(MonotonicTime t, Duration d) { return {t.us + d.us}; }
constexpr MonotonicTime operator-(MonotonicTime t, Duration d) { return {t.us - d.us}; }
constexpr Duration operator+(Duration a, Duration b) { return {a.us + b.us}; }
constexpr Duration operator-(MonotonicTime a, MonotonicTime b) { return {a.us - b.us}; }
/// Later than every deadline: "nothing is due".
inline constexpr MonotonicTime never{INT64_MAX};

/// Seconds since 1970 as the wall clock says; may jump, may be wrong (see ClockTrust).
struct WallTime {
  std::int64_t s = 0;
  friend constexpr auto operator<=>(const WallTime&, const WallTime&) = default;
};

/// How far the wall clock may be believed. It begins as Unknown or Floor, becomes Synchronised, and
/// may fall back (docs/clock.md draws it). What each state lets be decided: dates.hpp.
enum class ClockTrust : std::uint8_t {
  Unknown,  ///< Before the floor, so surely wrong: only the floor is known to have passed.
  Floor,    ///< Not before the floor, but nobody vouches for it: dates are compared as it stands.
  Synchronised,  ///< The system says that the clock is disciplined by a time source.
};

/// As logs and counters name it.
constexpr std::string_view name(ClockTrust trust) {
  switch (trust) {
    case ClockTrust::Unknown:
      return "unknown";
    case ClockTrust::Floor:
      return "floor";
    case ClockTrust::Synchronised:
      return "synchronised";
  }
  return {};
}

/// One reading of all clocks, taken once per batch of events and passed down.
struct Clock {
  MonotonicTime now;
  WallTime wall;
  ClockTrust trust = ClockTrust::Unknown;
  /// No earlier wall time can be right: this program was built then, or the wall clock, while it
  /// was synchronised, once showed it (a persisted floor).
  WallTime floor{};
};

/// What `clock` is worth to one who knows, beside what it says, that it is not before `floor`.
constexpr Clock with_floor(Clock clock, WallTime floor) {
  if (floor > clock.floor) clock.floor = floor;
  if (clock.wall < clock.floor) clock.trust = ClockTrust::Unknown;
  return clock;
}

}  // namespace postern
