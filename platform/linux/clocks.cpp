#include "platform/linux/clocks.hpp"

#include <sys/timex.h>
#include <ctime>

namespace postern::platform {
namespace {

constexpr Duration asked_while_synchronised = seconds(60);
constexpr Duration asked_while_not = seconds(5);
// Time sources that correct gently change the offset by much less between two questions.
constexpr Duration jump_min = seconds(2);

constexpr std::int64_t second_us = 1'000'000;

std::int64_t read_us(clockid_t which) {
  timespec value{};
  clock_gettime(which, &value);
  return std::int64_t{value.tv_sec} * second_us + value.tv_nsec / 1'000;
}

/// The kernel keeps this for whoever disciplines the clock (chrony, ntpd, systemd-timesyncd, a PPS
/// source). In a container without the right to ask, the answer is no.
bool kernel_says_synchronised() {
  timex query{};
  const int state = adjtimex(&query);
  return state >= 0 && state != TIME_ERROR && (query.status & STA_UNSYNC) == 0;
}

}  // namespace

bool Discipline::must_be_asked(MonotonicTime now, Duration offset) const {
  if (now >= ask_again_) return true;
  const Duration jump{offset.us - offset_.us};
  return jump > jump_min || jump.us < -jump_min.us;
}

void Discipline::answered(bool synchronised, MonotonicTime now, Duration offset) {
  synchronised_ = synchronised;
  ask_again_ = now + (synchronised ? asked_while_synchronised : asked_while_not);
  offset_ = offset;
}

Clock Clocks::read() {
  Clock clock;
  clock.now = {read_us(CLOCK_MONOTONIC)};
  // Whole seconds are wanted: the coarse clock is as good and cheaper.
  const std::int64_t wall_us = read_us(CLOCK_REALTIME_COARSE);
  clock.wall = {wall_us / second_us};
  const Duration offset{wall_us - clock.now.us};
  if (discipline_.must_be_asked(clock.now, offset)) {
    discipline_.answered(kernel_says_synchronised(), clock.now, offset);
  }
  clock.trust = trust_in(clock.wall, floor_, discipline_.synchronised());
  clock.floor = floor_;
  return clock;
}

}  // namespace postern::platform
