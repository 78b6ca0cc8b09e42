#include "core/gateway/log_ring.hpp"

#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <string>

#include "core/base/bytes.hpp"
#include "tests/support/random.hpp"

namespace postern::gateway {
namespace {

std::string waiting(const LogRing& ring) {
  std::string text;
  for (const auto piece : ring.window()) text += as_text(piece);
  return text;
}

TEST(LogRing, GivesLinesInTheirOrder) {
  std::array<char, 32> memory;
  LogRing ring(memory, LogRing::WhenFull::LoseNew);
  EXPECT_TRUE(ring.add("one\n"));
  EXPECT_TRUE(ring.add("two\n"));
  EXPECT_EQ(waiting(ring), "one\ntwo\n");
  ring.consume(4);
  EXPECT_EQ(waiting(ring), "two\n");
}

TEST(LogRing, LosesWhatIsNewWhenAReaderIsSlow) {
  std::array<char, 8> memory;
  LogRing ring(memory, LogRing::WhenFull::LoseNew);
  EXPECT_TRUE(ring.add("one\n"));
  EXPECT_FALSE(ring.add("seven\n"));
  EXPECT_TRUE(ring.add("two\n")) << "a shorter line still fits";
  EXPECT_EQ(waiting(ring), "one\ntwo\n");
}

TEST(LogRing, ForgetsTheOldestWholeLinesWhereNobodyReads) {
  std::array<char, 12> memory;
  LogRing ring(memory, LogRing::WhenFull::LoseOldest);
  EXPECT_TRUE(ring.add("one\n"));
  EXPECT_TRUE(ring.add("two\n"));
  EXPECT_TRUE(ring.add("seven\n"));
  EXPECT_EQ(waiting(ring), "two\nseven\n");
  EXPECT_FALSE(ring.add("longer than it\n")) << "and keeps what it has";
  EXPECT_EQ(waiting(ring), "two\nseven\n");
}

// Against a list of strings: random lines, random reading.
TEST(LogRing, EqualsANaiveList) {
  test::Random random(test::Seed{7});
  std::array<char, 61> memory;
  LogRing ring(memory, LogRing::WhenFull::LoseNew);
  std::string model;
  for (int step = 0; step < 20'000; ++step) {
    if (random.below(2) == 0) {
      const std::string line = std::string(random.below(30), 'x') + '\n';
      const bool fits = model.size() + line.size() <= memory.size();
      EXPECT_EQ(ring.add(line), fits);
      if (fits) model += line;
    } else {
      const std::size_t count = random.below(model.size() + 1);
      ring.consume(count);
      model.erase(0, count);
    }
    ASSERT_EQ(waiting(ring), model);
    ASSERT_EQ(ring.size(), model.size());
  }
}

}  // namespace
}  // namespace postern::gateway
