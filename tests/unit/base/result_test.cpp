#include "core/base/result.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace postern {
namespace {

enum class Reason : unsigned char { Absent, TooLong };
using Text = Result<std::string_view, Reason>;

constexpr Text checked(std::string_view text) {
  if (text.empty()) return Failure{Reason::Absent};
  if (text.size() > 3) return Failure{Reason::TooLong};
  return text;
}

static_assert(*checked("abc") == "abc", "usable when compiled, too");

TEST(Result, HoldsAValueOrAReason) {
  const Text value = checked("abc");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->size(), 3U);
  const Text reason = checked("abcd");
  ASSERT_FALSE(reason);
  EXPECT_EQ(reason.error(), Reason::TooLong);
}

TEST(Result, AValueAndAReasonOfOneTypeStayDistinct) {
  const Result<int, int> value = 1;
  const Result<int, int> reason = Failure{1};
  EXPECT_TRUE(value.has_value());
  EXPECT_FALSE(reason.has_value());
}

TEST(ResultDeathTest, ReadingWhatIsNotThereIsOurMistake) {
  const Text value = checked("a");
  const Text reason = checked("");
  EXPECT_DEATH(static_cast<void>(reason.value()), "broken assumption");
  EXPECT_DEATH(static_cast<void>(value.error()), "broken assumption");
}

}  // namespace
}  // namespace postern
