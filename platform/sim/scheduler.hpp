#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/base/time.hpp"
#include "platform/sim/random.hpp"

namespace postern::platform::sim {

/// Simulated time: a queue of what will happen, and clocks that only the queue moves.
/// Events of the same instant happen in an order drawn from the seed.
class Scheduler {
 public:
  explicit Scheduler(Random random) : random_(random) {}

  [[nodiscard]] MonotonicTime now() const { return now_; }
  [[nodiscard]] Clock clock() const;
  void after(Duration delay, std::function<void()> what);
  void at(MonotonicTime when, std::function<void()> what);

  /// When the next event is due; `never` when there is none.
  [[nodiscard]] MonotonicTime next() const {
    return events_.empty() ? never : events_.front().when;
  }
  /// REQUIRES: time does not run backwards.
  void move_to(MonotonicTime when);
  /// Runs one event that is due now; false when there is none.
  bool run_one_due();

  /// Only the wall clock jumps: monotonic time does not.
  void jump_wall(Duration by) { wall_offset_us_ += by.us; }
  void set_wall(WallTime wall) { wall_offset_us_ = wall.s * 1'000'000 - now_.us; }
  /// As a platform says it; below the floor the clock is Unknown all the same.
  void trust(ClockTrust trust) { trust_ = trust; }
  /// The date of the build.
  void floor(WallTime floor) { floor_ = floor; }

 private:
  struct Event {
    MonotonicTime when;
    std::uint64_t tie;
    std::uint64_t number;
    std::function<void()> what;
  };
  static bool later(const Event& a, const Event& b);

  Random random_;
  std::vector<Event> events_;  ///< A heap, the earliest in front.
  MonotonicTime now_{1'000'000};
  std::int64_t wall_offset_us_ = 1'800'000'000LL * 1'000'000;  ///< January 2027.
  ClockTrust trust_ = ClockTrust::Synchronised;
  WallTime floor_;
  std::uint64_t number_ = 0;
};

}  // namespace postern::platform::sim
