#include "core/token/numeric_date.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>

namespace postern::token {
namespace {

constexpr std::int64_t refused = INT64_MIN;

std::int64_t date(std::string_view text) {
  const auto time = parse_numeric_date(text);
  return time ? time->s : refused;
}

TEST(NumericDate, IntegersAreThemselves) {
  EXPECT_EQ(date("0"), 0);
  EXPECT_EQ(date("1700000000"), 1'700'000'000);
  EXPECT_EQ(date("2147483648"), 2'147'483'648);
  EXPECT_EQ(date("-1"), -1);
  EXPECT_EQ(date("-0"), 0);
}

TEST(NumericDate, FractionsAreRoundedDown) {
  EXPECT_EQ(date("1700000000.9"), 1'700'000'000);
  EXPECT_EQ(date("1700000000.0"), 1'700'000'000);
  EXPECT_EQ(date("-1.5"), -2);
  EXPECT_EQ(date("-1.0"), -1);
  EXPECT_EQ(date("-0.5"), -1);
  EXPECT_EQ(date("0.5"), 0);
}

TEST(NumericDate, ExponentsMoveThePoint) {
  EXPECT_EQ(date("1e10"), 10'000'000'000);
  EXPECT_EQ(date("1.7e9"), 1'700'000'000);
  EXPECT_EQ(date("17000000005e-1"), 1'700'000'000);
  EXPECT_EQ(date("-15e-1"), -2);
  EXPECT_EQ(date("1E+3"), 1'000);
  EXPECT_EQ(date("0.001e3"), 1);
}

TEST(NumericDate, HugeExponentsAreDecidedAtOnce) {
  EXPECT_EQ(date("1e400"), refused);
  EXPECT_EQ(date("-1e400"), refused);
  EXPECT_EQ(date("1e1000000000"), refused);
  EXPECT_EQ(date("1e99999999999999999999999999"), refused);
  EXPECT_EQ(date("1e-1000000000"), 0);
  EXPECT_EQ(date("-1e-1000000000"), -1);
  EXPECT_EQ(date("0e1000000000"), 0);
}

TEST(NumericDate, NothingBeyondTwoToThe53) {
  EXPECT_EQ(date("9007199254740992"), 9'007'199'254'740'992);
  EXPECT_EQ(date("9007199254740993"), refused);
  EXPECT_EQ(date("-9007199254740993"), refused);
  EXPECT_EQ(date("9223372036854775807"), refused);
  EXPECT_EQ(date("9223372036854775808"), refused);
  EXPECT_EQ(date("18446744073709551616"), refused);
  EXPECT_EQ(date("1e308"), refused);
  EXPECT_EQ(date(std::string(100'000, '9')), refused);
}

TEST(NumericDate, OnlyJsonNumbers) {
  for (const char* text :
       {"", "-", "+1", ".5", "1.", "1e", "1e+", "0x10", "NaN", "Infinity", " 1", "1 ", "1,5"}) {
    EXPECT_EQ(date(text), refused) << text;
  }
}

TEST(NumericDate, AgreesWithADoubleWhereADoubleIsExact) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 100'000; ++i) {
    const int exponent = static_cast<int>(random() % 13) - 6;
    const auto mantissa = static_cast<std::int64_t>(random() % 2'000'001) - 1'000'000;
    const std::string text = std::to_string(mantissa) + "e" + std::to_string(exponent);
    const long double value = std::floor(static_cast<long double>(mantissa) *
                                         (exponent >= 0 ? std::pow(10.0L, exponent) : 1.0L) /
                                         (exponent < 0 ? std::pow(10.0L, -exponent) : 1.0L));
    ASSERT_EQ(date(text), static_cast<std::int64_t>(value)) << text;
  }
}

}  // namespace
}  // namespace postern::token
