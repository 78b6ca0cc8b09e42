#include "core/base/deadlines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "tests/support/items.hpp"
#include "tests/support/random.hpp"

namespace postern {
namespace {

using test::Items;
using test::Random;
using test::Seed;

struct Item {
  std::uint16_t before = 1;
  DeadlineLink deadline;
};

TEST(Deadlines, FallDueAfterTheQueuesDuration) {
  Items<Item> items(1);
  Deadlines<Item, &Item::deadline> deadlines(items.pool());
  const std::uint8_t queue = deadlines.add_queue(milliseconds(5));
  EXPECT_EQ(deadlines.next(), never);
  deadlines.start(0, queue, MonotonicTime{1000});
  EXPECT_EQ(deadlines.next(), MonotonicTime{6000});
  EXPECT_FALSE(deadlines.take_due(MonotonicTime{5999}));
  EXPECT_EQ(deadlines.take_due(MonotonicTime{6000}), 0);
  EXPECT_FALSE(deadlines.take_due(MonotonicTime{6000}));
  EXPECT_EQ(deadlines.next(), never);
  EXPECT_FALSE(deadlines.running(0));
}

TEST(Deadlines, EqualDurationsShareAQueue) {
  Items<Item> items(1);
  Deadlines<Item, &Item::deadline> deadlines(items.pool());
  const std::uint8_t ten = deadlines.add_queue(seconds(10));
  const std::uint8_t five = deadlines.add_queue(seconds(5));
  EXPECT_NE(ten, five);
  EXPECT_EQ(deadlines.add_queue(milliseconds(10'000)), ten);
  EXPECT_EQ(deadlines.queue_count(), 2U);
}

TEST(Deadlines, StartingAgainReplacesWhatRuns) {
  Items<Item> items(1);
  Deadlines<Item, &Item::deadline> deadlines(items.pool());
  const std::uint8_t head = deadlines.add_queue(seconds(10));
  const std::uint8_t idle = deadlines.add_queue(seconds(60));
  deadlines.start(0, head, MonotonicTime{0});
  deadlines.start(0, idle, MonotonicTime{0});
  EXPECT_FALSE(deadlines.take_due(MonotonicTime{} + seconds(59)));
  EXPECT_EQ(deadlines.take_due(MonotonicTime{} + seconds(60)), 0);
}

TEST(Deadlines, TheLongestDueComesFirstWhateverItsQueue) {
  Items<Item> items(3);
  Deadlines<Item, &Item::deadline> deadlines(items.pool());
  const std::uint8_t slow = deadlines.add_queue(seconds(10));
  const std::uint8_t fast = deadlines.add_queue(seconds(1));
  deadlines.start(0, slow, MonotonicTime{0});
  deadlines.start(1, fast, MonotonicTime{} + seconds(8));
  deadlines.start(2, fast, MonotonicTime{} + seconds(9));
  const MonotonicTime late = MonotonicTime{} + seconds(100);
  EXPECT_EQ(deadlines.take_due(late), 1);
  EXPECT_EQ(deadlines.take_due(late), 0) << "equally due, but its queue was added first";
  EXPECT_EQ(deadlines.take_due(late), 2);
  EXPECT_FALSE(deadlines.take_due(late));
}

TEST(Deadlines, CancellingWhatDoesNotRunIsNothing) {
  Items<Item> items(1);
  Deadlines<Item, &Item::deadline> deadlines(items.pool());
  deadlines.cancel(0);
  EXPECT_EQ(deadlines.next(), never);
}

TEST(DeadlinesDeathTest, AClockThatRunsBackwardsIsOurMistake) {
  Items<Item> items(2);
  Deadlines<Item, &Item::deadline> deadlines(items.pool());
  const std::uint8_t queue = deadlines.add_queue(seconds(1));
  deadlines.start(0, queue, MonotonicTime{100});
  EXPECT_DEATH(deadlines.start(1, queue, MonotonicTime{99}), "broken assumption");
}

TEST(DeadlinesDeathTest, MoreThan64DurationsAreOurMistake) {
  Items<Item> items(1);
  Deadlines<Item, &Item::deadline> deadlines(items.pool());
  for (int i = 0; i < 64; ++i) EXPECT_EQ(deadlines.add_queue(seconds(i)), i);
  EXPECT_DEATH(static_cast<void>(deadlines.add_queue(seconds(64))), "broken assumption");
}

struct NaiveDeadline {
  MonotonicTime started;
  MonotonicTime due;
  std::uint8_t queue;
  int order;
  std::uint16_t slot;
  auto key() const { return std::tuple(due.us, queue, order); }
};

TEST(Deadlines, AgreeWithANaiveListForAnySequence) {
  for (const Seed seed : test::seeds(1'000)) {
    Random random(seed);
    const auto count = static_cast<std::uint16_t>(1 + random.below(12));
    Items<Item> items(count);
    Deadlines<Item, &Item::deadline> deadlines(items.pool());
    std::vector<Duration> durations;
    for (std::size_t i = 0; i < 1 + random.below(5); ++i) {
      const Duration duration = microseconds(static_cast<std::int64_t>(random.below(20)));
      const std::uint8_t queue = deadlines.add_queue(duration);
      if (queue == durations.size()) durations.push_back(duration);
      ASSERT_EQ(durations[queue], duration) << seed;
    }
    std::vector<NaiveDeadline> model;
    const auto forget = [&](std::uint16_t slot) {
      std::erase_if(model, [&](const NaiveDeadline& d) { return d.slot == slot; });
    };
    MonotonicTime now{};
    for (int step = 0; step < 200; ++step) {
      now = now + microseconds(static_cast<std::int64_t>(random.below(4)));
      const auto slot = static_cast<std::uint16_t>(random.below(count));
      if (random.chance(50)) {
        const auto queue = static_cast<std::uint8_t>(random.below(durations.size()));
        deadlines.start(slot, queue, now);
        forget(slot);
        model.push_back({now, now + durations[queue], queue, step, slot});
      } else if (random.chance(40)) {
        deadlines.cancel(slot);
        forget(slot);
      } else {
        const auto first = std::min_element(
            model.begin(), model.end(),
            [](const NaiveDeadline& a, const NaiveDeadline& b) { return a.key() < b.key(); });
        const auto taken = deadlines.take_due(now);
        if (first == model.end() || first->due > now) {
          ASSERT_FALSE(taken) << seed;
        } else {
          ASSERT_EQ(taken, first->slot) << seed;
          forget(*taken);
        }
      }
      MonotonicTime next = never;
      for (const NaiveDeadline& d : model) next = std::min(next, d.due);
      ASSERT_EQ(deadlines.next(), next) << seed;
      for (std::uint16_t s = 0; s < count; ++s) {
        const auto running = std::find_if(model.begin(), model.end(),
                                          [&](const NaiveDeadline& d) { return d.slot == s; });
        ASSERT_EQ(deadlines.running(s), running != model.end()) << seed;
        ASSERT_EQ(deadlines.started(s), running == model.end() ? never : running->started) << seed;
      }
    }
  }
}

}  // namespace
}  // namespace postern
