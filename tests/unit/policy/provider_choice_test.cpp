#include "core/policy/provider_choice.hpp"

#include <gtest/gtest.h>

#include <array>

namespace postern::policy {
namespace {

using Choice = config::Select::Choice;
constexpr std::array<Choice, 2> choices{Choice{"eu", 1}, Choice{"us", 2}};

config::Select select_by(config::Select::By by, std::uint16_t default_provider = 0) {
  config::Select select;
  select.by = by;
  select.header = "X-Region";
  select.path_segment = 1;
  select.choices = choices;
  select.default_provider = default_provider;
  return select;
}

http::Fields with(std::initializer_list<http::Field> fields) {
  http::Fields all;
  for (const http::Field& field : fields) all.add(field);
  return all;
}

constexpr auto by_header = config::Select::By::Header;

TEST(ProviderChoice, AHeaderChooses) {
  const config::Select select = select_by(by_header);
  EXPECT_EQ(choose_provider(select, with({{"x-region", "us"}}), "h", "/"), 2);
  EXPECT_EQ(choose_provider(select, with({{"X-Region", "eu"}}), "h", "/"), 1);
}

TEST(ProviderChoice, WhatIsAbsentUnknownOrAmbiguousMeansTheDefault) {
  const config::Select select = select_by(by_header);
  EXPECT_EQ(choose_provider(select, with({}), "h", "/"), 0);
  EXPECT_EQ(choose_provider(select, with({{"X-Region", ""}}), "h", "/"), 0);
  EXPECT_EQ(choose_provider(select, with({{"X-Region", "EU"}}), "h", "/"), 0);
  EXPECT_EQ(choose_provider(select, with({{"X-Region", "eu, us"}}), "h", "/"), 0);
  EXPECT_EQ(choose_provider(select, with({{"X-Region", "eu"}, {"x-region", "eu"}}), "h", "/"), 0);
}

TEST(ProviderChoice, WithoutADefaultNobodyIsAsked) {
  EXPECT_EQ(choose_provider(select_by(by_header, no_slot), with({}), "h", "/"), std::nullopt);
}

TEST(ProviderChoice, AHostChoosesWithoutRegardToCase) {
  const config::Select select = select_by(config::Select::By::Host);
  EXPECT_EQ(choose_provider(select, with({}), "US", "/"), 2);
  EXPECT_EQ(choose_provider(select, with({}), "eu.test", "/"), 0);
}

TEST(ProviderChoice, APathSegmentChooses) {
  const config::Select select = select_by(config::Select::By::PathSegment);
  EXPECT_EQ(choose_provider(select, with({}), "h", "/a/eu"), 1);
  EXPECT_EQ(choose_provider(select, with({}), "h", "/a/us/b"), 2);
  for (const char* path : {"/", "/eu", "/a/", "/a//eu", "/a/b/eu"}) {
    EXPECT_EQ(choose_provider(select, with({}), "h", path), 0) << path;
  }
}

}  // namespace
}  // namespace postern::policy
