#pragma once

#include "core/base/time.hpp"

namespace postern::platform {

/// The system's clocks. read() costs two calls into the vDSO and no system call, except once a
/// minute, when the kernel is asked whether something disciplines the wall clock.
class Clocks {
 public:
  /// `floor`: no earlier wall time can be right (the date of this build).
  explicit Clocks(WallTime floor) : floor_(floor) {}

  [[nodiscard]] Clock read();

 private:
  WallTime floor_;
  bool synchronised_ = false;
  MonotonicTime asked_again_{INT64_MIN};
};

/// What a wall time may be used for.
constexpr ClockTrust trust_in(WallTime wall, WallTime floor, bool synchronised) {
  if (wall < floor) return ClockTrust::Unknown;
  return synchronised ? ClockTrust::Synchronised : ClockTrust::Floor;
}

}  // namespace postern::platform
