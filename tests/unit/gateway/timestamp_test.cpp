#include "core/gateway/timestamp.hpp"

#include <gtest/gtest.h>

#include <array>
#include <ctime>
#include <string>

#include "tests/support/random.hpp"

namespace postern::gateway {
namespace {

std::string timestamp(std::int64_t s) {
  std::array<char, 32> memory;
  ByteWriter out(memory);
  write_timestamp(out, WallTime{s});
  return std::string(out.written());
}

std::string by_the_system(std::int64_t s) {
  const std::time_t time = s;
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 32> text;
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

TEST(Timestamp, IsRfc3339InUtc) {
  EXPECT_EQ(timestamp(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(timestamp(951782399), "2000-02-28T23:59:59Z");
  EXPECT_EQ(timestamp(951782400), "2000-02-29T00:00:00Z");
  EXPECT_EQ(timestamp(4107542400), "2100-03-01T00:00:00Z") << "2100 is no leap year";
}

TEST(Timestamp, StaysWithinFourDigitYears) {
  EXPECT_EQ(timestamp(-1), "1970-01-01T00:00:00Z");
  EXPECT_EQ(timestamp(INT64_MAX), "9999-12-31T23:59:59Z");
}

TEST(Timestamp, AgreesWithTheSystem) {
  test::Random random(test::Seed{3});
  for (int i = 0; i < 20'000; ++i) {
    const auto s = static_cast<std::int64_t>(random.next() % 253402300800);
    ASSERT_EQ(timestamp(s), by_the_system(s)) << s;
  }
}

}  // namespace
}  // namespace postern::gateway
