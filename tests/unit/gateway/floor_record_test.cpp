#include "core/gateway/floor_record.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace postern::gateway {
namespace {

constexpr WallTime built{1'790'000'000};
constexpr WallTime floor_at{1'795'260'600};
const std::string line = "2026-11-21T11:30:00Z 1795260600\n";

std::string written(WallTime floor) {
  std::array<char, floor_record_bytes_max> memory;
  ByteWriter out(memory);
  write_floor_record(out, floor);
  EXPECT_TRUE(out.ok());
  return std::string(out.written());
}

/// The floor as text, or why there is none.
std::string read(std::string_view record) {
  const auto floor = read_floor_record(as_bytes(record), built);
  if (floor) return std::to_string(floor->s);
  return floor.error() == FloorRecordError::Malformed ? "malformed" : "too far ahead";
}

TEST(FloorRecord, IsALineThatPeopleCanRead) {
  EXPECT_EQ(written(floor_at), line);
  EXPECT_EQ(read(line), "1795260600");
}

TEST(FloorRecord, AnyDamageShows) {
  for (std::size_t at = 0; at < line.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = line;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      EXPECT_EQ(read(damaged), "malformed") << "byte " << at << ", bit " << bit;
    }
    EXPECT_EQ(read(line.substr(0, at)), "malformed") << "cut off after " << at;
  }
}

TEST(FloorRecord, NothingElseIsOne) {
  EXPECT_EQ(read(""), "malformed");
  EXPECT_EQ(read(line + "x"), "malformed");
  EXPECT_EQ(read(line + line), "malformed");
  EXPECT_EQ(read("1795260600\n"), "malformed");
  EXPECT_EQ(read(std::string(256, '\0')), "malformed");
  EXPECT_EQ(read("2026-11-21T11:30:00Z 99999999999999999999\n"), "malformed");
  EXPECT_EQ(read("1970-01-01T00:00:00Z -1\n"), "malformed") << "before 1970 nothing was built";
}

TEST(FloorRecord, OneThatNobodyWillLiveToSeeIsNone) {
  constexpr std::int64_t years_s = std::int64_t{floor_years_max} * 366 * 86'400;
  EXPECT_EQ(read(written(WallTime{built.s + years_s})), std::to_string(built.s + years_s));
  EXPECT_EQ(read(written(WallTime{built.s + years_s + 1})), "too far ahead");
}

TEST(FloorRecord, OneFromBeforeThisBuildIsWellThoughOfNoUse) {
  EXPECT_EQ(read(written(WallTime{built.s - 1})), std::to_string(built.s - 1));
}

}  // namespace
}  // namespace postern::gateway
