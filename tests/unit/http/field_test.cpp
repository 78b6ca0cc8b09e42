#include "core/http/field.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "core/base/arena.hpp"
#include "core/http/authority.hpp"
#include "core/http/field_rules.hpp"
#include "core/http/lists.hpp"
#include "tests/support/block.hpp"

namespace postern::http {
namespace {

TEST(Field, NamesAreKnownWithoutRegardToCase) {
  EXPECT_EQ(classify("content-length"), FieldKind::ContentLength);
  EXPECT_EQ(classify("CONTENT-LENGTH"), FieldKind::ContentLength);
  EXPECT_EQ(classify("Content-Lengt"), FieldKind::Other);
  EXPECT_EQ(classify("X-Content-Length"), FieldKind::Other);
  EXPECT_EQ(classify(""), FieldKind::Other);
}

TEST(Field, ASpellingWithUnderscoresIsNeverPassedOn) {
  for (const char* name : {"Content_Length", "transfer_encoding", "Proxy_Authorization"}) {
    EXPECT_EQ(classify(name), FieldKind::Lookalike) << name;
    EXPECT_TRUE(is_hop_by_hop(classify(name))) << name;
  }
}

TEST(Field, TokensAreTheCharactersOfRfc9110) {
  const std::string_view others = "!#$%&'*+-.^_`|~";
  for (int c = 0; c < 256; ++c) {
    const bool expected = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                          (c >= 'A' && c <= 'Z') ||
                          (c != 0 && others.find(static_cast<char>(c)) != std::string_view::npos);
    EXPECT_EQ(is_token_character(static_cast<char>(c)), expected) << c;
  }
  EXPECT_FALSE(is_token(""));
}

TEST(ReservedNames, EverySpellingIsFoundAndNothingElse) {
  constexpr std::array<std::string_view, 3> names{"x-subject", "x-groups", "forwarded"};
  const test::Block block(static_cast<std::size_t>(ReservedNames::row(names.size()).bytes()));
  Arena arena(block.bytes());
  const ReservedNames reserved(arena, names);
  for (const char* name : {"x-subject", "X-Subject", "X_SUBJECT", "x_Groups", "FORWARDED"}) {
    EXPECT_TRUE(reserved.contains(name)) << name;
  }
  for (const char* name : {"x-subjec", "x-subjects", "xsubject", "x-forwarded", ""}) {
    EXPECT_FALSE(reserved.contains(name)) << name;
  }
}

TEST(Lists, ElementsAreFoundWhole) {
  EXPECT_TRUE(list_contains("a, Close ,b", "close"));
  EXPECT_TRUE(list_contains("close", "close"));
  EXPECT_FALSE(list_contains("closed, un-close", "close"));
  EXPECT_FALSE(list_contains("", "close"));
}

TEST(Authority, IsAHostAndPerhapsAPort) {
  for (const char* good :
       {"h", "h.test", "h.test:80", "10.0.0.1", "[::1]", "[::1]:8080", "h:", "a_b-c"}) {
    EXPECT_TRUE(is_authority(good)) << good;
  }
  for (const char* bad : {"", ":80", "u@h", "h:65536", "h:8x", "h:80:80", "[::1", "::1", "[v1.x]",
                          "[fe80::1%1]", "h%41", "h/", "h h", "h?"}) {
    EXPECT_FALSE(is_authority(bad)) << bad;
  }
  EXPECT_EQ(without_port("h.test:80"), "h.test");
  EXPECT_EQ(without_port("[::1]:80"), "[::1]");
  EXPECT_EQ(without_port("[::1]"), "[::1]");
}

}  // namespace
}  // namespace postern::http
