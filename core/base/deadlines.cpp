#include "core/base/deadlines.hpp"

namespace postern {

std::uint8_t DeadlineQueues::add_queue(Duration duration) {
  POSTERN_ASSERT(duration.us >= 0);
  for (std::uint8_t queue = 0; queue < queue_count_; ++queue) {
    if (queues_[queue].duration == duration) return queue;
  }
  POSTERN_ASSERT(queue_count_ < queue_count_max);
  queues_[queue_count_].duration = duration;
  return queue_count_++;
}

void DeadlineQueues::start(std::uint16_t slot, std::uint8_t queue, MonotonicTime now) {
  POSTERN_ASSERT(queue < queue_count_);
  cancel(slot);
  Queue& line = queues_[queue];
  DeadlineLink& link = links_[slot];
  const MonotonicTime due = now + line.duration;
  POSTERN_ASSERT(line.last == no_slot || links_[line.last].due <= due);
  link = {due, line.last, no_slot, queue};
  if (line.first == no_slot) {
    line.first = slot;
    line.first_due = due;
  } else {
    links_[line.last].next = slot;
  }
  line.last = slot;
}

void DeadlineQueues::cancel(std::uint16_t slot) {
  DeadlineLink& link = links_[slot];
  if (!link.running()) return;
  POSTERN_ASSERT(link.queue < queue_count_);
  Queue& line = queues_[link.queue];
  (link.previous == no_slot ? line.first : links_[link.previous].next) = link.next;
  (link.next == no_slot ? line.last : links_[link.next].previous) = link.previous;
  line.first_due = line.first == no_slot ? never : links_[line.first].due;
  link = {};
}

std::optional<std::uint16_t> DeadlineQueues::take_due(MonotonicTime now) {
  const Queue* earliest = nullptr;
  for (std::size_t i = 0; i < queue_count_; ++i) {
    const Queue& line = queues_[i];
    if (line.first == no_slot || line.first_due > now) continue;
    if (earliest == nullptr || line.first_due < earliest->first_due) earliest = &line;
  }
  if (earliest == nullptr) return std::nullopt;
  const std::uint16_t slot = earliest->first;
  cancel(slot);
  return slot;
}

MonotonicTime DeadlineQueues::next() const {
  MonotonicTime earliest = never;
  for (std::size_t i = 0; i < queue_count_; ++i) {
    if (queues_[i].first_due < earliest) earliest = queues_[i].first_due;
  }
  return earliest;
}

}  // namespace postern
