#include "core/http/cache_control.hpp"

#include <gtest/gtest.h>

namespace postern::http {
namespace {

struct Case {
  const char* value;
  std::optional<std::uint32_t> says;
};

TEST(CacheControl, TheSmallestAgeCounts) {
  const Case cases[] = {
      {"max-age=600", 600},
      {"max-age=0", 0},
      {"public, max-age=600", 600},
      {"MAX-AGE=600", 600},
      {" max-age=600 ", 600},
      {"max-age=600,max-age=30", 30},
      {"max-age=30, max-age=600", 30},
      {",, max-age=7 ,", 7},
      {"max-age=007", 7},
  };
  for (const Case& it : cases) EXPECT_EQ(max_age_s(it.value), it.says) << it.value;
}

TEST(CacheControl, WhatMustNotBeKeptIsNeverFresh) {
  for (const char* value : {"no-store", "no-cache", "No-Store", "max-age=600, no-store",
                            "no-cache, max-age=600", "private,no-store"}) {
    EXPECT_EQ(max_age_s(value), 0U) << value;
  }
}

TEST(CacheControl, AnAgeBeyondAllBoundsIsTheLargest) {
  EXPECT_EQ(max_age_s("max-age=4294967295"), UINT32_MAX);
  EXPECT_EQ(max_age_s("max-age=4294967296"), UINT32_MAX);
  EXPECT_EQ(max_age_s("max-age=99999999999999999999999999999999999"), UINT32_MAX);
}

TEST(CacheControl, WhatSaysNothingOrCannotBeReadSaysNothing) {
  for (const char* value :
       {"", ",", "public", "max-age", "max-age=", "max-age=-1", "max-age=+1", "max-age=1.5",
        "max-age=\"600\"", "max-age = 600", "max-age=6 0", "max-age=0x10", "xmax-age=600",
        "s-maxage=600", "max-age=600;public", "no-stores"}) {
    EXPECT_EQ(max_age_s(value), std::nullopt) << value;
  }
  EXPECT_EQ(max_age_s("max-age=soon, max-age=60"), 60U) << "what cannot be read hides nothing";
}

}  // namespace
}  // namespace postern::http
