#include "firmware/mcu/bundle.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/crypto/digest.hpp"
#include "tests/support/bundle_writer.hpp"

namespace postern::firmware {
namespace {

using test::bundle_of;
using test::with_digest;

std::string little_endian(std::uint32_t value) {
  std::string text;
  for (int i = 0; i < 4; ++i) text += static_cast<char>(value >> (8 * i));
  return text;
}

std::string replaced(std::string bytes, std::size_t offset, const std::string& by) {
  return bytes.replace(offset, by.size(), by);
}

// The digest made right again: what remains wrong is what the test is about.
std::string forged(const std::string& bundle, std::size_t offset, const std::string& by) {
  return with_digest(replaced(bundle.substr(0, bundle.size() - 32), offset, by));
}

std::string problem_of(const std::string& bytes) {
  const auto bundle = Bundle::read(as_bytes(bytes));
  return bundle ? "none" : std::string(describe(bundle.error()));
}

const std::string good = bundle_of({{"postern.json", "{}"}, {"keys/client.key", "PEM"}});

TEST(Bundle, GivesBackWhatWasPacked) {
  const auto bundle = Bundle::read(as_bytes(good));
  ASSERT_TRUE(bundle);
  EXPECT_EQ(bundle->find("postern.json"), "{}");
  EXPECT_EQ(bundle->find("keys/client.key"), "PEM");
  EXPECT_EQ(bundle->find("keys"), std::nullopt);
  EXPECT_EQ(bundle->bytes(), good.size());
}

TEST(Bundle, MayHoldEmptyEntriesAndNone) {
  EXPECT_EQ(problem_of(bundle_of({})), "none");
  const std::string bytes = bundle_of({{"empty", ""}, {"", "nameless"}});
  const auto bundle = Bundle::read(as_bytes(bytes));
  ASSERT_TRUE(bundle);
  EXPECT_EQ(bundle->find("empty"), "");
  EXPECT_EQ(bundle->find(""), "nameless");
}

TEST(Bundle, EndsWhereItSaysWhateverTheFlashHoldsBehindIt) {
  EXPECT_EQ(problem_of(good + std::string(100, '\xFF')), "none");
}

TEST(Bundle, IsAbsentFromErasedFlash) {
  EXPECT_EQ(problem_of(""), "absent");
  EXPECT_EQ(problem_of(std::string(4096, '\xFF')), "absent");
  EXPECT_EQ(problem_of(std::string(4096, '\0')), "absent");
}

TEST(Bundle, OfAnotherVersionIsAbsent) { EXPECT_EQ(problem_of(forged(good, 5, "\x02")), "absent"); }

TEST(Bundle, WhoseWritingWasInterruptedIsNotTaken) {
  for (std::size_t size = 0; size < good.size(); ++size) {
    std::string erased = good.substr(0, size) + std::string(good.size() - size, '\xFF');
    if (erased == good) continue;  // the digest may end in 0xFF
    EXPECT_NE(problem_of(erased), "none") << size;
    EXPECT_NE(problem_of(good.substr(0, size)), "none") << size;
  }
}

TEST(Bundle, WithOneFlippedBitIsNotTaken) {
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    std::string flipped = good;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_NE(problem_of(flipped), "none") << bit;
  }
}

// From here on with a digest that is right: written by somebody who makes mistakes.

TEST(Bundle, IsMalformedWhenItsLengthIsNotItsOwn) {
  const auto size = static_cast<std::uint32_t>(good.size());
  EXPECT_EQ(problem_of(forged(good, 8, little_endian(size + 1))), "malformed");
  EXPECT_EQ(problem_of(forged(good, 8, little_endian(0))), "malformed");
  EXPECT_EQ(problem_of(forged(good, 8, little_endian(47))), "malformed");
  EXPECT_EQ(problem_of(forged(good, 8, little_endian(UINT32_MAX))), "malformed");
}

TEST(Bundle, IsMalformedWhenEntriesAreMoreOrFewerThanItSays) {
  for (const std::uint32_t count : {0U, 1U, 3U, UINT32_MAX}) {
    EXPECT_EQ(problem_of(forged(good, 12, little_endian(count))), "malformed") << count;
  }
}

TEST(Bundle, IsMalformedWhenAnEntryReachesBeyondTheEnd) {
  EXPECT_EQ(problem_of(forged(good, 16, "\xFF\xFF")), "malformed");
  for (const std::uint32_t length : {100U, 0x7FFFFFFFU, 0xFFFFFFFDU, UINT32_MAX}) {
    EXPECT_EQ(problem_of(forged(good, 20, little_endian(length))), "malformed") << length;
  }
}

TEST(Bundle, IsMalformedWhenReservedBytesOrPaddingAreUsed) {
  EXPECT_EQ(problem_of(forged(good, 18, "\x01")), "malformed");
  const std::size_t padding = 16 + 8 + 12 + 2;
  ASSERT_EQ(good[padding], '\0');
  EXPECT_EQ(problem_of(forged(good, padding, "x")), "malformed");
}

TEST(Bundle, IsMalformedWhenANameStandsTwice) {
  EXPECT_EQ(problem_of(bundle_of({{"a", "1"}, {"b", "2"}, {"a", "3"}})), "malformed");
  EXPECT_EQ(problem_of(bundle_of({{"a", ""}, {"a", ""}})), "malformed");
}

}  // namespace
}  // namespace postern::firmware
