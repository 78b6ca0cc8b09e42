#include "core/base/status.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace postern {
namespace {

TEST(Status, BeginsWithTheClockAndTheStoreAndHasEveryCounter) {
  Counters counters;
  counters.add(Counter::ConnectionsRefused, 3);
  Status status{.clock = ClockTrust::Floor, .store_failures = 2, .counters = {}};
  status.counters.add(counters);
  std::array<char, status_members_bytes_max()> text;
  ByteWriter out(text);
  write_members(out, status);
  ASSERT_TRUE(out.ok());
  EXPECT_TRUE(out.written().starts_with(
      R"("clock":"floor","store_failures":2,"connections_accepted":0,"connections_refused":3,)"))
      << out.written();
  for (const CounterDescription& description : counter_descriptions) {
    EXPECT_NE(out.written().find("\"" + std::string(description.name) + "\":"),
              std::string_view::npos);
  }
  EXPECT_TRUE(out.written().ends_with(R"("drain_aborted":0)")) << out.written();
}

TEST(Status, LongestTextHasRoomInTheStatedSize) {
  Counters counters;
  for (std::size_t i = 0; i < counter_count; ++i) {
    counters.add(static_cast<Counter>(i), UINT64_MAX);
  }
  Status status{.clock = ClockTrust::Synchronised, .store_failures = UINT64_MAX, .counters = {}};
  status.counters.add(counters);
  std::array<char, status_members_bytes_max()> text;
  ByteWriter out(text);
  write_members(out, status);
  EXPECT_TRUE(out.ok());
}

}  // namespace
}  // namespace postern
