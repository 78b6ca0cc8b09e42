#pragma once

#include <cstdint>
#include <optional>

#include "core/base/time.hpp"

namespace postern {

/// From when until when something holds: a certificate, a token. Dates are whole seconds, so that
/// sums of them fit: at most 2^53 in either direction.
struct Dates {
  std::optional<WallTime> from;   ///< The first second at which it holds. Nothing: it always did.
  std::optional<WallTime> until;  ///< The first at which it holds no more. Nothing: for ever.

  /// A certificate holds through the whole second of its notAfter: RFC 5280 section 4.1.2.5.
  static constexpr Dates through(WallTime not_before, WallTime not_after) {
    return {not_before, WallTime{not_after.s + 1}};
  }
  /// For one whose clock and ours may differ by `leeway`, in either direction.
  [[nodiscard]] constexpr Dates widened(Duration leeway) const {
    const std::int64_t leeway_s = leeway.us / 1'000'000;
    Dates wide = *this;
    if (wide.from) wide.from->s -= leeway_s;
    if (wide.until) wide.until->s += leeway_s;
    return wide;
  }
};

/// Whether a decision that needs the date may be made by a clock that nobody vouches for: section
/// `clock` of the configuration, once for handshakes and once for tokens.
struct ClockPolicy {
  bool unknown = true;
  bool floor = true;

  [[nodiscard]] constexpr bool allows(ClockTrust trust) const {
    switch (trust) {
      case ClockTrust::Unknown:
        return unknown;
      case ClockTrust::Floor:
        return floor;
      case ClockTrust::Synchronised:
        return true;
    }
    return false;
  }
};

/// What the clock says of something that has dates.
enum class DateVerdict : std::uint8_t {
  Holds,            ///< Now, as far as this clock can tell.
  NotYet,           ///< Its first second is still to come.
  Over,             ///< Its end has passed.
  ClockNotTrusted,  ///< It has dates, and the policy forbids to judge them by this clock.
};

/// The one place where dates meet the clock.
///
/// | trust        | policy  | `until`                | `from`                 |
/// |--------------|---------|------------------------|------------------------|
/// | Unknown      | allowed | compared with floor    | not judged: it holds   |
/// | Floor        | allowed | compared with the wall | compared with the wall |
/// | Synchronised | -       | compared with the wall | compared with the wall |
///
/// Unknown: the time is the floor or later, and that is all that is known. What ended before the
/// floor is over, whatever the policy says: no clock is needed to see it. What begins after the
/// floor may have begun, and the wall clock cannot tell, so `from` refuses nobody. Where the policy
/// forbids, whatever has dates is ClockNotTrusted unless it is over by the floor; what has none
/// holds.
constexpr DateVerdict date_verdict(const Clock& clock, const Dates& dates,
                                   const ClockPolicy& policy) {
  if (dates.until && *dates.until <= clock.floor) return DateVerdict::Over;
  if (!dates.from && !dates.until) return DateVerdict::Holds;
  if (!policy.allows(clock.trust)) return DateVerdict::ClockNotTrusted;
  if (clock.trust == ClockTrust::Unknown) return DateVerdict::Holds;
  if (dates.until && *dates.until <= clock.wall) return DateVerdict::Over;
  if (dates.from && *dates.from > clock.wall) return DateVerdict::NotYet;
  return DateVerdict::Holds;
}

/// Whether what ends at `until` is over, as far as this clock can tell: for what others have
/// vouched for, who know the time, and for what was judged before.
constexpr bool is_over(const Clock& clock, WallTime until) {
  return date_verdict(clock, {.from = {}, .until = until}, ClockPolicy{}) == DateVerdict::Over;
}

/// Seconds from now to `end`, 0 when it has passed. Nothing while the clock is Unknown: nobody here
/// can tell how far away a date is.
constexpr std::optional<std::int64_t> seconds_until(const Clock& clock, WallTime end) {
  if (clock.trust == ClockTrust::Unknown) return {};
  return end > clock.wall ? end.s - clock.wall.s : 0;
}

}  // namespace postern
