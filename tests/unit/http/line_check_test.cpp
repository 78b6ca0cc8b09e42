#include "core/http/line_check.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/guarded.hpp"
#include "tests/support/random.hpp"

namespace postern::http {
namespace {

bool well_formed(const std::string& bytes) {
  const test::Guarded guarded(bytes);
  return well_formed_lines(guarded.view());
}

TEST(LineCheck, NoControlByteIsLetThroughInAnyPlace) {
  // Longer than what is looked at together, so that each byte stands in each place of it.
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t place = 0; place < 24; ++place) {
      std::string line(24, 'x');
      line[place] = static_cast<char>(byte);
      const bool may_stand_here = byte == '\t' || (byte >= 0x20 && byte != 0x7F);
      const bool is_unfinished_end = byte == '\r' && place + 1 == line.size();
      EXPECT_EQ(well_formed(line), may_stand_here || is_unfinished_end) << byte << " at " << place;
    }
  }
}

TEST(LineCheck, ALineThatBeginsWithABlankIsRefused) {
  EXPECT_TRUE(well_formed("GET / HTTP/1.1\r\nHost: a\r\n"));
  EXPECT_FALSE(well_formed("GET / HTTP/1.1\r\n Host: a\r\n"));
  EXPECT_FALSE(well_formed("GET / HTTP/1.1\r\n\tHost: a\r\n"));
}

TEST(LineCheck, WhatFollowsTheEmptyLineIsNotLookedAt) {
  EXPECT_TRUE(well_formed(std::string("GET / HTTP/1.1\r\n\r\n\0\x7F\n", 21)));
}

// As the rule reads, byte by byte.
bool naive(const std::string& bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte == '\r') {
      if (i + 1 == bytes.size()) return true;
      if (bytes[++i] != '\n') return false;
      if (i >= 3 && bytes[i - 2] == '\n') return true;
      if (i + 1 < bytes.size() && (bytes[i + 1] == ' ' || bytes[i + 1] == '\t')) return false;
    } else if ((byte < 0x20 && byte != '\t') || byte == 0x7F) {
      return false;
    }
  }
  return true;
}

TEST(LineCheck, AgreesWithALookAtEveryByteForAnyText) {
  constexpr std::string_view pieces[] = {"\r\n", "\r\n", "x",        "Host: example", "\t",
                                         " ",    "\x80", "\xff\xa0", "~~~~",          "abcdefgh"};
  constexpr std::string_view rare[] = {"\r", "\n", "\x7f", "\x1f", "\x01"};
  for (const test::Seed seed : test::seeds(5000)) {
    test::Random random(seed);
    std::string text;
    for (std::size_t count = random.below(24); count > 0; --count) {
      text += random.chance(3) ? rare[random.below(std::size(rare))]
                               : pieces[random.below(std::size(pieces))];
    }
    ASSERT_EQ(well_formed(text), naive(text)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace postern::http
