#include "core/base/counters.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>

namespace postern {
namespace {

TEST(Counters, NamesAreUniqueAndNeedNoEscaping) {
  std::set<std::string_view> names;
  for (const CounterDescription& description : counter_descriptions) {
    EXPECT_TRUE(names.insert(description.name).second) << description.name;
    EXPECT_FALSE(description.name.empty());
    EXPECT_EQ(description.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"),
              std::string_view::npos)
        << description.name;
    EXPECT_FALSE(description.meaning.empty()) << description.name;
  }
}

TEST(Counters, AreNamedInTheOrderOfTheirEnumerators) {
  const auto name = [](Counter counter) {
    return counter_descriptions[static_cast<std::size_t>(counter)].name;
  };
  EXPECT_EQ(name(Counter::ConnectionsAccepted), "connections_accepted");
  EXPECT_EQ(name(Counter::CacheHitRefused), "cache_hit_refused");
}

TEST(Counters, AreSummedOverEngines) {
  Counters first;
  Counters second;
  first.add(Counter::Requests);
  first.add(Counter::Requests, 4);
  second.add(Counter::Requests, 10);
  second.add(Counter::Tunnels);
  CounterTotals totals;
  totals.add(first);
  totals.add(second);
  EXPECT_EQ(totals[Counter::Requests], 15U);
  EXPECT_EQ(totals[Counter::Tunnels], 1U);
  EXPECT_EQ(totals[Counter::CacheHit], 0U);
}

TEST(Counters, MayBeReadWhileTheirEngineCounts) {
  constexpr std::uint64_t last = 100'000;
  Counters counters;
  std::thread engine([&] {
    for (std::uint64_t i = 0; i < last; ++i) counters.add(Counter::Requests);
  });
  std::uint64_t seen = 0;
  while (seen != last) {
    const std::uint64_t now = counters[Counter::Requests];
    ASSERT_GE(now, seen);
    seen = now;
  }
  engine.join();
}

}  // namespace
}  // namespace postern
