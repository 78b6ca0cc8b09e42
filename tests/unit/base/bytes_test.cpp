#include "core/base/bytes.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "tests/support/random.hpp"

namespace postern {
namespace {

using test::Random;
using test::Seed;

TEST(AsciiLower, ChangesCapitalLettersOfAsciiOnly) {
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    const char expected = i >= 'A' && i <= 'Z' ? static_cast<char>(i + 32) : c;
    EXPECT_EQ(ascii_lower(c), expected) << i;
  }
}

TEST(EqualIgnoringCase, LooksAtEveryByte) {
  EXPECT_TRUE(equal_ignoring_case("", ""));
  EXPECT_TRUE(equal_ignoring_case("Content-Length", "CONTENT-length"));
  EXPECT_FALSE(equal_ignoring_case("abc", "abd"));
  EXPECT_FALSE(equal_ignoring_case("abc", "ab"));
  EXPECT_FALSE(equal_ignoring_case("[", "{")) << "bit 5 alone does not make a letter";
  EXPECT_FALSE(equal_ignoring_case("\xC3\x84", "\xC3\xA4")) << "not a locale's letters";
}

TEST(ByteWriter, WritesNumbersOfEverySize) {
  char text[128];
  ByteWriter out(text);
  out.number(0);
  out.character(' ');
  out.number(UINT64_MAX);
  out.character(' ');
  out.signed_number(INT64_MIN);
  out.character(' ');
  out.signed_number(-1);
  out.character(' ');
  out.signed_number(INT64_MAX);
  EXPECT_EQ(out.written(), "0 18446744073709551615 -9223372036854775808 -1 9223372036854775807");
}

TEST(ByteWriter, AfterWhatDidNotFitNothingMoreIsWritten) {
  char text[4];
  ByteWriter out(text);
  out.text("abc");
  out.text("de");
  EXPECT_FALSE(out.ok());
  out.text("f");
  EXPECT_FALSE(out.ok());
  EXPECT_EQ(out.written(), "abc");
}

TEST(ByteWriter, OfNoMemoryTakesEmptyText) {
  ByteWriter out(std::span<char>{});
  out.text("");
  EXPECT_TRUE(out.ok());
  out.character('a');
  EXPECT_FALSE(out.ok());
  EXPECT_EQ(out.written(), "");
}

TEST(ByteWriter, PutsWhatWasWrittenLaterInFront) {
  std::array<char, 16> memory;
  ByteWriter out(memory);
  out.text("> body");
  out.text("head ");
  out.swap_parts(2, 6);
  EXPECT_EQ(out.written(), "> head body");
  out.swap_parts(2, 11);
  EXPECT_EQ(out.written(), "> head body");
}

TEST(ByteWriter, GoesOnWhereItWasCut) {
  std::array<char, 4> memory;
  ByteWriter out(memory);
  out.text("abcd");
  out.cut(1);
  out.text("xyz");
  EXPECT_TRUE(out.ok());
  EXPECT_EQ(out.written(), "axyz");
}

// The naive model: a string, and pieces that are appended whole or not at all.
TEST(ByteWriter, AgreesWithAStringForAnySequence) {
  for (const Seed seed : test::seeds(1'000)) {
    Random random(seed);
    std::vector<char> memory(random.below(80));
    ByteWriter out{std::span<char>(memory)};
    std::string model;
    bool model_ok = true;
    for (int step = 0; step < 30; ++step) {
      std::string piece;
      const std::uint64_t number = random.next() >> random.below(64);
      switch (random.below(4)) {
        case 0:
          piece = std::string(random.below(6), 'x');
          out.text(piece);
          break;
        case 1:
          piece = "c";
          out.character('c');
          break;
        case 2:
          piece = std::to_string(number);
          out.number(number);
          break;
        default:
          piece = std::to_string(static_cast<std::int64_t>(number));
          // A minus sign and its digits are two pieces.
          if (piece[0] == '-' && model_ok && model.size() + 1 <= memory.size() &&
              model.size() + piece.size() > memory.size()) {
            model += '-';
          }
          out.signed_number(static_cast<std::int64_t>(number));
      }
      model_ok = model_ok && model.size() + piece.size() <= memory.size();
      if (model_ok) model += piece;
      ASSERT_EQ(out.ok(), model_ok) << seed;
      ASSERT_EQ(out.written(), model) << seed;
      ASSERT_EQ(out.room(), memory.size() - model.size()) << seed;
    }
  }
}

}  // namespace
}  // namespace postern
