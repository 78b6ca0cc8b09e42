#pragma once

#include <cstdint>

#include "core/base/time.hpp"

namespace postern::platform {

/// When to ask the kernel whether something disciplines the wall clock: one system call, so not at
/// every reading.
///
/// A synchronised clock does not lose that in a moment: it is asked about once a minute. One that
/// is not may become so at any time, and somebody may be waiting for it: every five seconds. And a
/// clock that was set is asked about at once: whoever sets it, by hand or by a time source, makes
/// the kernel take its word back until a source has disciplined it anew.
class Discipline {
 public:
  /// `offset`: wall clock minus monotonic clock.
  [[nodiscard]] bool must_be_asked(MonotonicTime now, Duration offset) const;
  void answered(bool synchronised, MonotonicTime now, Duration offset);
  [[nodiscard]] bool synchronised() const { return synchronised_; }

 private:
  bool synchronised_ = false;
  MonotonicTime ask_again_{INT64_MIN};
  Duration offset_;  ///< When it was asked.
};

/// The system's clocks. read() costs two calls into the vDSO, and seldom a system call.
class Clocks {
 public:
  /// `floor`: no earlier wall time can be right (the date of this build).
  explicit Clocks(WallTime floor) : floor_(floor) {}

  [[nodiscard]] Clock read();

 private:
  WallTime floor_;
  Discipline discipline_;
};

/// What a wall time may be used for. A clock that is set back below the floor while we run is
/// Unknown from that reading on, and no kernel's word helps; set forward again it is as good as at
/// start.
constexpr ClockTrust trust_in(WallTime wall, WallTime floor, bool synchronised) {
  if (wall < floor) return ClockTrust::Unknown;
  return synchronised ? ClockTrust::Synchronised : ClockTrust::Floor;
}

}  // namespace postern::platform
