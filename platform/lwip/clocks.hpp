#pragma once

#include <cstdint>

#include "core/base/time.hpp"

namespace postern::platform::lwip {

/// The wall clock of a machine that has none: the monotonic one, and what a time server said.
///
/// Whoever can answer for the server can set it, so an answer is believed only within reason. Not
/// before the floor, and not thirty years after it. A first answer is taken as it is; one that does
/// not go on from the last is a jump, and taken when the next answer agrees with it: one lying or
/// confused packet moves nothing. What was not confirmed for a day is `floor`, no longer
/// `synchronised`.
class Clocks {
 public:
  /// `floor`: no earlier wall time can be right (the date of this build).
  explicit Clocks(WallTime floor) : floor_(floor) {}

  /// A time server's answer. False: not believed, or not yet.
  bool told(WallTime wall, MonotonicTime now);
  [[nodiscard]] Clock read(MonotonicTime now) const;

 private:
  /// A wall time that goes on with the monotonic clock.
  struct Course {
    WallTime wall;
    MonotonicTime at;
    [[nodiscard]] WallTime continued(MonotonicTime now) const;
    [[nodiscard]] bool agrees(WallTime told, MonotonicTime now) const;
  };

  WallTime floor_;
  bool set_ = false;
  Course course_;  ///< What is believed, once `set_`.
  bool jumped_ = false;
  Course jump_;  ///< What the last answer would make of it, once `jumped_`.
};

}  // namespace postern::platform::lwip
