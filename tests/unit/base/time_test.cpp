#include "core/base/time.hpp"

#include <gtest/gtest.h>

namespace postern {
namespace {

static_assert(milliseconds(1) == microseconds(1000));
static_assert(seconds(1) == milliseconds(1000));

TEST(Time, DifferencesMayBeNegative) {
  const MonotonicTime start{5000};
  EXPECT_EQ(start + milliseconds(2) - start, milliseconds(2));
  EXPECT_EQ(start - (start + milliseconds(2)), milliseconds(-2));
}

TEST(Time, NeverIsLaterThanEveryDeadline) {
  EXPECT_LT(MonotonicTime{} + seconds(100LL * 365 * 86'400), never);
}

}  // namespace
}  // namespace postern
