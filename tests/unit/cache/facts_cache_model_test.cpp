#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstring>
#include <list>
#include <string>
#include <thread>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/cache/facts_cache.hpp"
#include "tests/support/block.hpp"
#include "tests/support/random.hpp"

namespace postern::cache {
namespace {

using crypto::Tag;
using test::Block;
using test::Random;
using test::Seed;

Tag tag_of(std::size_t number) {
  Random random(number + 1);
  return {random.next(), random.next()};
}

/// What a facts cache promises, in the simplest terms: two lists, the entry used last at the back.
class NaiveCache {
 public:
  NaiveCache(std::size_t good_count, std::size_t refused_count)
      : room_{good_count, refused_count} {}

  std::string find(std::size_t token, const Clock& clock, std::uint32_t generation) {
    for (std::list<Entry>& entries : entries_) {
      for (auto at = entries.begin(); at != entries.end(); ++at) {
        if (at->token != token) continue;
        if (at->generation != generation) return "nothing";
        const bool dated = at->exp != 0 && clock.trust != ClockTrust::Unknown;
        if (clock.now >= at->expires || (dated && clock.wall.s >= at->exp)) {
          entries.erase(at);
          return "nothing";
        }
        entries.splice(entries.end(), entries, at);
        return at->facts;
      }
    }
    return "nothing";
  }
  void store(std::size_t which, std::size_t token, const std::string& facts, MonotonicTime expires,
             std::int64_t exp, std::uint32_t generation) {
    forget(token);
    if (room_[which] == 0) return;
    if (entries_[which].size() == room_[which]) entries_[which].pop_front();
    entries_[which].push_back({token, facts, expires, exp, generation});
  }
  void forget(std::size_t token) {
    for (std::list<Entry>& entries : entries_) {
      entries.remove_if([&](const Entry& entry) { return entry.token == token; });
    }
  }
  [[nodiscard]] std::size_t size(std::size_t which) const { return entries_[which].size(); }

 private:
  struct Entry {
    std::size_t token;
    std::string facts;
    MonotonicTime expires;
    std::int64_t exp;
    std::uint32_t generation;
  };
  std::size_t room_[2];
  std::list<Entry> entries_[2];
};

/// One comparison: a cache, its model, and a clock that both see.
class Comparison {
 public:
  explicit Comparison(Seed seed)
      : random_(seed),
        size_(random_size()),
        block_(plan()),
        arena_(block_.bytes()),
        cache_(arena_, size_),
        model_(size_.good_count, size_.refused_count) {}

  void step() {
    clock_.now = clock_.now + microseconds(static_cast<std::int64_t>(random_.below(3)));
    clock_.wall.s += static_cast<std::int64_t>(random_.below(3)) - (random_.chance(5) ? 20 : 0);
    if (random_.chance(3)) clock_.trust = static_cast<ClockTrust>(random_.below(3));
    const std::size_t token = random_.below(14);
    const std::size_t kind = random_.below(100);
    if (kind < 50) {
      look(token);
    } else if (kind < 75) {
      store(token);
    } else if (kind < 90) {
      refuse(token);
    } else if (kind < 98) {
      cache_.forget(tag_of(token));
      model_.forget(token);
    } else {
      generation_ = cache_.advance_generation();
      ASSERT_EQ(generation_, cache_.generation());
    }
    const FactsCacheCounts counts = cache_.counts();
    ASSERT_EQ(counts.good_now, model_.size(0));
    ASSERT_EQ(counts.refused_now, model_.size(1));
  }

 private:
  FactsCacheSize random_size() {
    return {static_cast<std::uint32_t>(1 + random_.below(6)),
            static_cast<std::uint32_t>(random_.below(4)),
            static_cast<std::uint32_t>(1 + random_.below(40)), 1};
  }
  MemoryPlan plan() const {
    MemoryPlan plan;
    FactsCache::plan(plan, size_);
    return plan;
  }
  MonotonicTime soon() {
    return clock_.now + microseconds(static_cast<std::int64_t>(random_.below(30)));
  }
  /// Mostly the current one; now and then one that is over.
  std::uint32_t some_generation() {
    return generation_ != 0 && random_.chance(10) ? generation_ - 1 : generation_;
  }

  void look(std::size_t token) {
    const std::uint32_t generation = some_generation();
    std::array<std::byte, 64> into;
    const Found found = cache_.find(tag_of(token), clock_, generation, into);
    std::string seen = "nothing";
    if (found.kind == Found::Kind::Refused) seen = "refused";
    if (found.kind == Found::Kind::Hit) seen = as_text(std::span(into).first(found.size));
    ASSERT_EQ(seen, model_.find(token, clock_, generation));
  }
  void store(std::size_t token) {
    std::string facts(random_.below(size_.facts_bytes + 1), ' ');
    for (char& c : facts) c = static_cast<char>('a' + random_.below(26));
    const MonotonicTime expires = soon();
    const std::int64_t exp =
        random_.chance(50) ? 0 : clock_.wall.s + static_cast<std::int64_t>(random_.below(20));
    const std::uint32_t generation = some_generation();
    cache_.store(tag_of(token), as_bytes(facts), expires, WallTime{exp}, generation);
    if (generation == generation_) model_.store(0, token, facts, expires, exp, generation);
  }
  void refuse(std::size_t token) {
    const MonotonicTime expires = soon();
    const std::uint32_t generation = some_generation();
    cache_.store_refused(tag_of(token), expires, generation);
    if (generation == generation_) model_.store(1, token, "refused", expires, 0, generation);
  }

  Random random_;
  FactsCacheSize size_;
  Block block_;
  Arena arena_;
  FactsCache cache_;
  NaiveCache model_;
  Clock clock_{MonotonicTime{100}, WallTime{1'700'000'000}, ClockTrust::Synchronised};
  std::uint32_t generation_ = 0;
};

TEST(FactsCache, AgreesWithANaiveCacheForAnySequence) {
  for (const Seed seed : test::seeds(1'000)) {
    SCOPED_TRACE(seed);
    Comparison comparison(seed);
    for (int step = 0; step < 300; ++step) {
      comparison.step();
      if (HasFatalFailure()) return;
    }
  }
}

// With several threads there is no one order of events; but facts must be whole and of the right
// token.
TEST(FactsCache, ManyThreadsSeeWholeFactsOfTheRightToken) {
  constexpr std::uint32_t thread_count = 4;
  constexpr std::size_t token_count = 2'000;
  const FactsCacheSize size = FactsCacheSize::of(1'024, 125, 256, thread_count);
  MemoryPlan plan;
  FactsCache::plan(plan, size);
  const Block block(plan);
  Arena arena(block.bytes());
  FactsCache cache(arena, size);
  std::atomic<std::size_t> hits = 0;
  std::atomic<std::size_t> torn = 0;

  const auto work = [&](Seed seed) {
    Random random(seed);
    const Clock clock;
    for (int i = 0; i < 30'000; ++i) {
      const std::size_t token = random.below(token_count);
      const std::size_t kind = random.below(100);
      std::array<std::byte, 256> bytes;
      if (kind < 70) {
        const Found found = cache.find(tag_of(token), clock, 0, bytes);
        if (found.kind != Found::Kind::Hit) continue;
        ++hits;
        // Facts: the token's number in every word, as many words as its number says.
        bool whole = found.size == 8 * (1 + token % 32);
        for (std::size_t at = 0; whole && at < found.size; at += 8) {
          std::uint64_t word = 0;
          std::memcpy(&word, bytes.data() + at, 8);
          whole = word == token;
        }
        if (!whole) ++torn;
      } else if (kind < 90) {
        for (std::size_t at = 0; at < bytes.size(); at += 8) {
          const std::uint64_t word = token;
          std::memcpy(bytes.data() + at, &word, 8);
        }
        cache.store(tag_of(token), std::span(bytes).first(8 * (1 + token % 32)), never, {}, 0);
      } else if (kind < 97) {
        cache.store_refused(tag_of(token), never, 0);
      } else {
        cache.forget(tag_of(token));
      }
    }
  };
  std::vector<std::thread> threads;
  for (Seed seed = 1; seed <= thread_count; ++seed) threads.emplace_back(work, seed);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(torn, 0U);
  EXPECT_GT(hits, 1'000U);
}

}  // namespace
}  // namespace postern::cache
