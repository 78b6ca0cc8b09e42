#include "core/base/secret.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string>
#include <type_traits>

#include "core/base/bytes.hpp"

namespace postern {
namespace {

TEST(Secret, ComparesWithoutShowingItself) {
  Secret<32> secret;
  ASSERT_TRUE(secret.set(as_bytes("swordfish")));
  EXPECT_TRUE(secret.equals(as_bytes("swordfish")));
  EXPECT_FALSE(secret.equals(as_bytes("swordfisH")));
  EXPECT_FALSE(secret.equals(as_bytes("swordfis")));
  EXPECT_EQ(as_text(secret.expose()), "swordfish");
}

TEST(Secret, TakesNothingThatDoesNotFitAndForgetsWhatItHad) {
  Secret<4> secret;
  EXPECT_TRUE(secret.set(as_bytes("1234")));
  EXPECT_FALSE(secret.set(as_bytes("12345")));
  EXPECT_TRUE(secret.empty());
}

// The bytes are looked at as memory, after the object has ended.
TEST(Secret, LeavesNothingInMemory) {
  alignas(Secret<16>) std::byte memory[sizeof(Secret<16>)];
  auto* secret = new (memory) Secret<16>;
  ASSERT_TRUE(secret->set(as_bytes("0123456789abcdef")));
  ASSERT_NE(std::search(std::begin(memory), std::end(memory), secret->expose().begin(),
                        secret->expose().begin() + 4),
            std::end(memory));
  secret->~Secret();
  for (std::size_t i = 0; i < 16; ++i) EXPECT_EQ(memory[i], std::byte{0}) << i;
}

TEST(Secret, AShorterOneLeavesNothingOfTheLonger) {
  Secret<16> secret;
  ASSERT_TRUE(secret.set(as_bytes("0123456789abcdef")));
  ASSERT_TRUE(secret.set(as_bytes("xy")));
  const std::byte* bytes = secret.expose().data();
  for (std::size_t i = 2; i < 16; ++i) EXPECT_EQ(bytes[i], std::byte{0}) << i;
}

// Copying, moving and printing are refused by tests/must_not_compile; here for containers and
// generic code.
static_assert(!std::is_copy_constructible_v<Secret<8>> && !std::is_copy_assignable_v<Secret<8>>);
static_assert(!std::is_move_constructible_v<Secret<8>> && !std::is_move_assignable_v<Secret<8>>);

TEST(ConstantTimeEqual, SeesADifferenceInEveryBit) {
  const std::string text(33, 'a');
  EXPECT_TRUE(constant_time_equal(as_bytes(text), as_bytes(std::string(text))));
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string other = text;
      other[i] = static_cast<char>(other[i] ^ (1 << bit));
      EXPECT_FALSE(constant_time_equal(as_bytes(text), as_bytes(other))) << i << " " << bit;
    }
  }
}

TEST(ConstantTimeEqual, LengthsCountToo) {
  EXPECT_TRUE(constant_time_equal({}, {}));
  EXPECT_FALSE(constant_time_equal(as_bytes("a"), {}));
  EXPECT_FALSE(constant_time_equal(as_bytes("a"), as_bytes("aa")));
}

}  // namespace
}  // namespace postern
