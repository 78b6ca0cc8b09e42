#include "core/http/body_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "tests/support/guarded.hpp"

namespace postern::http {
namespace {

/// What a body came to, read in pieces of `step` bytes into rooms of the same size.
struct Reading {
  std::string content;
  std::size_t consumed = 0;
  std::string end = "unfinished";

  friend bool operator==(const Reading&, const Reading&) = default;
};

Reading read(BodyFraming framing, std::string_view bytes, std::size_t step,
             std::uint64_t length = 0) {
  const test::Guarded guarded(bytes);
  BodyReader reader;
  reader.begin(framing, length);
  Reading result;
  std::string room(step, '\0');
  while (!reader.complete() && result.consumed < bytes.size()) {
    const std::size_t piece = std::min(step, bytes.size() - result.consumed);
    const auto moved = reader.read(guarded.view().substr(result.consumed, piece), room);
    if (!moved) {
      result.end = moved.error() == BodyError::Malformed ? "malformed" : "overhead";
      return result;
    }
    result.consumed += moved->consumed;
    result.content.append(room, 0, moved->produced);
  }
  if (reader.complete()) result.end = "complete";
  return result;
}

std::string chunked(std::string_view bytes) {
  const Reading whole = read(BodyFraming::Chunked, bytes, 64 * 1024);
  for (const std::size_t step : {1U, 2U, 3U, 7U}) {
    EXPECT_EQ(read(BodyFraming::Chunked, bytes, step).end, whole.end) << bytes << " by " << step;
  }
  return whole.end == "complete" ? whole.content : whole.end;
}

TEST(BodyReader, ALengthIsCountedAndWhatFollowsIsLeft) {
  for (std::size_t step = 1; step < 12; ++step) {
    EXPECT_EQ(read(BodyFraming::Length, "hellonext", step, 5), (Reading{"hello", 5, "complete"}));
  }
  EXPECT_EQ(read(BodyFraming::Length, "hel", 9, 5).end, "unfinished");
  EXPECT_EQ(read(BodyFraming::Length, "next", 9, 0), (Reading{"", 0, "complete"}));
  EXPECT_EQ(read(BodyFraming::None, "next", 9), (Reading{"", 0, "complete"}));
}

TEST(BodyReader, ChunksAreTakenApartHoweverTheyArrive) {
  const std::string bytes = "5\r\nhello\r\nA;x=y;z\r\n0123456789\r\n00\r\nTrailer: t\r\n\r\n";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    ASSERT_EQ(read(BodyFraming::Chunked, bytes + "GET /", step),
              (Reading{"hello0123456789", bytes.size(), "complete"}))
        << step;
  }
}

TEST(BodyReader, EveryByteOfChunkFramingIsChecked) {
  EXPECT_EQ(chunked("0\r\n\r\n"), "");
  EXPECT_EQ(chunked("1\r\nx\r\n0\r\n\r\n"), "x");
  for (const char* bad : {"\r\n\r\n",
                          "g\r\n",
                          " 1\r\nx",
                          "1 \r\nx",
                          "0x1\r\nx",
                          "-1\r\n",
                          "+1\r\n",
                          "1\nx",
                          "1\r\rx",
                          "1\r\nxy",
                          "1\r\nx\n",
                          "1\r\nx\r\r",
                          "1;\r\nx",
                          "1;a=\r\nx",
                          "1;a=\"b\"\r\nx",
                          "1;a b\r\nx",
                          "0\r\n\n",
                          "0\r\n\rx",
                          "0\r\n: x\r\n\r\n",
                          "0\r\nA b: x\r\n\r\n",
                          "0\r\nA: \x01\r\n\r\n",
                          "0\r\n folded: x\r\n\r\n"}) {
    EXPECT_EQ(chunked(bad), "malformed") << bad;
  }
}

TEST(BodyReader, AChunkBeyond32BitsIsMalformed) {
  EXPECT_EQ(chunked("FFFFFFFF\r\nx"), "unfinished");
  EXPECT_EQ(chunked("00FFFFFFFF\r\nx"), "unfinished");
  EXPECT_EQ(chunked("100000000\r\nx"), "malformed");
  EXPECT_EQ(chunked("10000000000000001\r\nx"), "malformed") << "beyond 64 bits it would be 1";
}

TEST(BodyReader, FramingMayNotOutweighTheContent) {
  EXPECT_EQ(chunked(std::string(300, '0') + "1\r\nx\r\n0\r\n\r\n"), "overhead");
  EXPECT_EQ(chunked("1;" + std::string(300, 'a') + "\r\nx\r\n0\r\n\r\n"), "overhead");
  EXPECT_EQ(chunked("0\r\nA: " + std::string(9000, 'a') + "\r\n\r\n"), "overhead");
  std::string many;  // each chunk line within its bound, all of them together not
  for (int i = 0; i < 200; ++i) many += "1;" + std::string(200, 'a') + "\r\nx\r\n";
  EXPECT_EQ(chunked(many), "overhead");
  std::string small;  // a patient sender of single bytes is no attack
  for (int i = 0; i < 2000; ++i) small += "1\r\nx\r\n";
  EXPECT_EQ(chunked(small + "0\r\n\r\n"), std::string(2000, 'x'));
}

TEST(BodyReader, UntilCloseEndsWhenTheSenderCloses) {
  BodyReader reader;
  reader.begin(BodyFraming::UntilClose, 0);
  std::string room(8, '\0');
  const auto step = reader.read("hello", room);
  ASSERT_TRUE(step);
  EXPECT_EQ(step->produced, 5U);
  EXPECT_FALSE(reader.complete());
  EXPECT_TRUE(reader.end_of_stream());
  EXPECT_TRUE(reader.complete());
}

TEST(BodyReader, ASenderThatClosesEarlierHasCutTheBodyOff) {
  BodyReader reader;
  reader.begin(BodyFraming::Length, 5);
  EXPECT_FALSE(reader.end_of_stream());
  reader.begin(BodyFraming::Chunked, 0);
  EXPECT_FALSE(reader.end_of_stream());
}

}  // namespace
}  // namespace postern::http
