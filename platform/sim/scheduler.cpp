#include "platform/sim/scheduler.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/base/assert.hpp"

namespace postern::platform::sim {

Clock Scheduler::clock() const {
  return with_floor({now_, WallTime{(now_.us + wall_offset_us_) / 1'000'000}, trust_}, floor_);
}

bool Scheduler::later(const Event& a, const Event& b) {
  return std::tie(a.when.us, a.tie, a.number) > std::tie(b.when.us, b.tie, b.number);
}

void Scheduler::at(MonotonicTime when, std::function<void()> what) {
  events_.push_back({when < now_ ? now_ : when, random_.next(), number_++, std::move(what)});
  std::push_heap(events_.begin(), events_.end(), later);
}

void Scheduler::after(Duration delay, std::function<void()> what) {
  at(now_ + delay, std::move(what));
}

void Scheduler::move_to(MonotonicTime when) {
  POSTERN_ASSERT(when >= now_);
  now_ = when;
}

bool Scheduler::run_one_due() {
  if (next() > now_) return false;
  // The event may add others, so it leaves the queue before it runs.
  std::pop_heap(events_.begin(), events_.end(), later);
  const std::function<void()> what = std::move(events_.back().what);
  events_.pop_back();
  what();
  return true;
}

}  // namespace postern::platform::sim
