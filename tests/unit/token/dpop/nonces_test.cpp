#include "core/token/dpop/nonces.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

namespace postern::token::dpop {
namespace {

constexpr Duration life = seconds(60);
constexpr MonotonicTime at(std::int64_t s) { return MonotonicTime{} + seconds(s); }
std::string text(const Nonces::Text& nonce) { return {nonce.data(), nonce.size()}; }

class NoncesTest : public testing::Test {
 protected:
  const crypto::TagKey key_{std::array<std::byte, 16>{std::byte{1}}};
  const crypto::TagKey other_key_{std::array<std::byte, 16>{std::byte{2}}};
  const Nonces nonces_{key_};
  const Nonces others_{other_key_};
};

TEST_F(NoncesTest, OneCountsForHalfItsLifeAtLeastAndNoLongerThanItsLife) {
  for (const std::int64_t handed_out : {0, 1, 29, 30, 31, 59, 1'000'000}) {
    const std::string nonce = text(nonces_.current(at(handed_out), life));
    for (std::int64_t age = 0; age <= 120; ++age) {
      const bool counts = nonces_.age(nonce, at(handed_out + age), life) != Nonces::Age::Unknown;
      if (age > 30 && age < 60) continue;
      EXPECT_EQ(counts, age <= 30) << handed_out << " " << age;
    }
  }
}

TEST_F(NoncesTest, InItsSecondSlotItIsTimeForTheNext) {
  const std::string nonce = text(nonces_.current(at(30), life));
  EXPECT_EQ(nonces_.age(nonce, at(30), life), Nonces::Age::Current);
  EXPECT_EQ(nonces_.age(nonce, at(59), life), Nonces::Age::Current);
  EXPECT_EQ(nonces_.age(nonce, at(60), life), Nonces::Age::Previous);
  EXPECT_EQ(nonces_.age(nonce, at(89), life), Nonces::Age::Previous);
  EXPECT_EQ(nonces_.age(nonce, at(90), life), Nonces::Age::Unknown);
  EXPECT_EQ(nonces_.age(nonce, at(29), life), Nonces::Age::Unknown) << "none is of the future";
}

TEST_F(NoncesTest, NobodyElseCanMakeOne) {
  EXPECT_EQ(nonces_.age(text(others_.current(at(5), life)), at(5), life), Nonces::Age::Unknown);
  const std::string ours = text(nonces_.current(at(5), life));
  for (std::size_t i = 0; i < ours.size(); ++i) {
    std::string changed = ours;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(nonces_.age(changed, at(5), life), Nonces::Age::Unknown) << i;
  }
  EXPECT_EQ(nonces_.age("", at(5), life), Nonces::Age::Unknown);
  EXPECT_EQ(nonces_.age(ours + "A", at(5), life), Nonces::Age::Unknown);
}

TEST_F(NoncesTest, EachSlotAndEachLifeHasItsOwn) {
  std::set<std::string> seen;
  for (std::int64_t slot = 0; slot < 100; ++slot) {
    seen.insert(text(nonces_.current(at(slot * 30), life)));
    seen.insert(text(nonces_.current(at(slot * 30), seconds(1))));
  }
  EXPECT_EQ(seen.size(), 200U);
}

}  // namespace
}  // namespace postern::token::dpop
