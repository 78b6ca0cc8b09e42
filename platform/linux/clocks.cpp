#include "platform/linux/clocks.hpp"

#include <sys/timex.h>
#include <ctime>

namespace postern::platform {
namespace {

constexpr Duration trust_lasts = seconds(60);

timespec read_clock(clockid_t which) {
  timespec value{};
  clock_gettime(which, &value);
  return value;
}

/// The kernel keeps this for whoever disciplines the clock (chrony, ntpd, systemd-timesyncd, a PPS
/// source). In a container without the right to ask, the answer is no.
bool kernel_says_synchronised() {
  timex query{};
  const int state = adjtimex(&query);
  return state >= 0 && state != TIME_ERROR && (query.status & STA_UNSYNC) == 0;
}

}  // namespace

Clock Clocks::read() {
  const timespec monotonic = read_clock(CLOCK_MONOTONIC);
  // Whole seconds are wanted: the coarse clock is as good and cheaper.
  const timespec wall = read_clock(CLOCK_REALTIME_COARSE);

  Clock clock;
  clock.now = {std::int64_t{monotonic.tv_sec} * 1'000'000 + monotonic.tv_nsec / 1'000};
  clock.wall = {std::int64_t{wall.tv_sec}};
  if (clock.now >= asked_again_) {
    synchronised_ = kernel_says_synchronised();
    asked_again_ = clock.now + trust_lasts;
  }
  clock.trust = trust_in(clock.wall, floor_, synchronised_);
  clock.floor = floor_;
  return clock;
}

}  // namespace postern::platform
