#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/pool.hpp"
#include "core/base/slots.hpp"
#include "core/base/time.hpp"

namespace postern {

/// What an item carries to have a time-out: 16 bytes. One runs at a time.
struct DeadlineLink {
  static constexpr std::uint8_t no_queue = 0xFF;

  MonotonicTime due;
  std::uint16_t previous = no_slot;
  std::uint16_t next = no_slot;
  std::uint8_t queue = no_queue;

  [[nodiscard]] constexpr bool running() const { return queue != no_queue; }
};
static_assert(sizeof(DeadlineLink) == 16);

/// Time-outs of items by slot: one first-in-first-out queue per configured duration. Time-outs of
/// one duration fall due in the order in which they were started, so no heap and no wheel is
/// needed: start and cancel are O(1), next() and take_due() are O(number of durations). The untyped
/// body of Deadlines. One thread.
class DeadlineQueues {
 public:
  static constexpr std::size_t queue_count_max = 64;

  explicit DeadlineQueues(SlotField<DeadlineLink> links) : links_(links) {}
  // The items' links stand in the queues of one object.
  DeadlineQueues(const DeadlineQueues&) = delete;
  DeadlineQueues& operator=(const DeadlineQueues&) = delete;

  /// The queue for `duration`; equal durations share one. To be called at start, not per item.
  /// REQUIRES: duration >= 0, at most `queue_count_max` different ones.
  [[nodiscard]] std::uint8_t add_queue(Duration duration);

  /// Starts the item's time-out, due at `now` plus the queue's duration. One that runs already is
  /// replaced. REQUIRES: `now` is not before the `now` of any earlier start.
  void start(std::uint16_t slot, std::uint8_t queue, MonotonicTime now);
  /// Stops the item's time-out, if one runs. Must be done before the item's memory is given back.
  void cancel(std::uint16_t slot);

  /// Takes out the item whose time-out is longest due (due <= now), or nothing. Of equal ones, the
  /// one whose queue was added first, then the one started first. Call until nothing is left.
  [[nodiscard]] std::optional<std::uint16_t> take_due(MonotonicTime now);
  /// When take_due() will have something; `never` when nothing runs.
  [[nodiscard]] MonotonicTime next() const;

  [[nodiscard]] bool running(std::uint16_t slot) const { return links_[slot].running(); }
  /// When the item's time-out was started; `never` when none runs.
  [[nodiscard]] MonotonicTime started(std::uint16_t slot) const {
    const DeadlineLink& link = links_[slot];
    return link.running() ? link.due - queues_[link.queue].duration : never;
  }
  [[nodiscard]] Duration duration(std::uint8_t queue) const { return queues_[queue].duration; }
  [[nodiscard]] std::size_t queue_count() const { return queue_count_; }

 private:
  struct Queue {
    Duration duration;
    MonotonicTime first_due = never;  ///< Copied here, so that next() reads no item.
    std::uint16_t first = no_slot;
    std::uint16_t last = no_slot;
  };

  SlotField<DeadlineLink> links_;
  std::array<Queue, queue_count_max> queues_{};
  std::uint8_t queue_count_ = 0;
};

/// The time-outs of a pool's items, for example Deadlines<Connection, &Connection::deadline>.
template <class T, DeadlineLink T::*member>
class Deadlines : public DeadlineQueues {
 public:
  /// REQUIRES: `pool` outlives the deadlines.
  explicit Deadlines(Pool<T>& pool) : DeadlineQueues(pool.field(member)) {}
};

}  // namespace postern
