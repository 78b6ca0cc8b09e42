#include "firmware/mcu/serial_line.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

#include "core/base/bytes.hpp"

namespace postern::firmware {
namespace {

// A UART that has room for so many bytes at a time.
std::string wire;
std::size_t room = 0;
std::size_t write(std::span<const std::byte> bytes) {
  const std::size_t count = std::min(bytes.size(), room);
  wire += as_text(bytes.first(count));
  return count;
}

class SerialLineTest : public testing::Test {
 protected:
  void SetUp() override {
    wire.clear();
    room = 1000;
  }

  bool asked(const std::string& bytes) { return line_.came_in(as_bytes(bytes)); }
  std::size_t log(const std::string& bytes) { return line_.log(as_bytes(bytes)); }
  void answer(const std::string& text) {
    std::copy(text.begin(), text.end(), line_.answer_room().begin());
    line_.answer(text.size());
  }

  std::array<char, 32> memory_{};
  SerialLine line_{write, memory_};
};

TEST_F(SerialLineTest, AQuestionIsALine) {
  EXPECT_FALSE(asked("counters"));
  EXPECT_TRUE(asked("\n"));
  EXPECT_TRUE(asked("counters\r\n"));
  EXPECT_FALSE(asked("count"));
  EXPECT_TRUE(asked("ers\n"));
}

TEST_F(SerialLineTest, AnyOtherLineIsPassedOver) {
  for (const char* line :
       {"\n", "counter\n", "counters \n", "Counters\n", "countersssssssssssssss\n"}) {
    EXPECT_FALSE(asked(line)) << line;
  }
  EXPECT_FALSE(asked(std::string(10'000, 'c')));
  EXPECT_FALSE(asked("\n"));
  EXPECT_TRUE(asked("counters\n"));
}

TEST_F(SerialLineTest, AnAnswerIsALineOfItsOwn) {
  ASSERT_TRUE(asked("counters\n"));
  answer("{}");
  line_.turn();
  EXPECT_EQ(log("logged\n"), 7U);
  EXPECT_EQ(wire, "{}\nlogged\n");
}

TEST_F(SerialLineTest, ALineOfTheLogThatHasBegunEndsBeforeTheAnswer) {
  room = 3;
  EXPECT_EQ(log("first\nsecond\n"), 3U);
  ASSERT_TRUE(asked("counters\n"));
  answer("{}");
  room = 1000;
  line_.turn();
  EXPECT_EQ(wire, "fir");
  EXPECT_EQ(log("st\nsecond\n"), 3U) << "to the line's end";
  EXPECT_EQ(log("second\n"), 0U) << "the answer comes first";
  line_.turn();
  EXPECT_EQ(log("second\n"), 7U);
  EXPECT_EQ(wire, "first\n{}\nsecond\n");
}

TEST_F(SerialLineTest, NothingWaitsForTheWire) {
  ASSERT_TRUE(asked("counters\n"));
  const std::string longest(31, 'x');
  answer(longest);
  room = 0;
  line_.turn();
  EXPECT_FALSE(asked("counters\n")) << "one answer at a time";
  room = 10;
  for (int i = 0; i < 3; ++i) line_.turn();
  EXPECT_EQ(log("logged\n"), 0U);
  line_.turn();
  EXPECT_EQ(wire, longest + "\n");
  EXPECT_TRUE(asked("counters\n"));
}

}  // namespace
}  // namespace postern::firmware
