#include "core/http/path.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/support/guarded.hpp"

namespace postern::http {
namespace {

/// The normal form, or the error's name.
std::string normal(std::string_view target) {
  const test::Guarded guarded(target);
  std::string memory(target.size() + 1, '\0');
  const auto result = normalize(guarded.view(), memory);
  if (result) return std::string(result->text());
  constexpr const char* names[] = {
      "NotOriginOrAbsolute", "BadAuthority", "BadEscape",        "BadByte", "BadUtf8",
      "AboveRoot",           "EmptySegment", "DotWithParameter", "TooLong"};
  return names[static_cast<std::size_t>(result.error())];
}

TEST(Path, APlainPathIsItsOwnNormalFormAndIsNotCopied) {
  const std::string target = "/readings/7/~a-b_c.d?unit=C&x=%zz";
  std::string memory(target.size() + 1, '\0');
  const auto result = normalize(target, memory);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->text().data(), target.data());
  EXPECT_EQ(result->path(), "/readings/7/~a-b_c.d");
}

TEST(Path, EscapesHaveOneSpelling) {
  EXPECT_EQ(normal("/%41%7e%2d"), "/A~-");
  EXPECT_EQ(normal("/a%3ab"), "/a%3Ab");
  EXPECT_EQ(normal("/%e2%82%ac"), "/%E2%82%AC");
  EXPECT_EQ(normal("/%2541"), "/%2541") << "decoded once, never twice";
}

TEST(Path, DotSegmentsAreRemovedHoweverTheyAreSpelled) {
  EXPECT_EQ(normal("/a/./b/../c"), "/a/c");
  EXPECT_EQ(normal("/a/b/.."), "/a/");
  EXPECT_EQ(normal("/a/."), "/a/");
  EXPECT_EQ(normal("/a/%2e%2E/b"), "/b");
  EXPECT_EQ(normal("/a/..."), "/a/...");
  EXPECT_EQ(normal("/a/.b/..c"), "/a/.b/..c");
}

TEST(Path, WhatCouldBeReadInTwoWaysIsRefused) {
  EXPECT_EQ(normal("/../a"), "AboveRoot");
  EXPECT_EQ(normal("/a/../../b"), "AboveRoot");
  EXPECT_EQ(normal("/a//b"), "EmptySegment");
  EXPECT_EQ(normal("//a"), "EmptySegment");
  EXPECT_EQ(normal("/a/..;x/b"), "DotWithParameter");
  EXPECT_EQ(normal("/a/.;x"), "DotWithParameter");
  for (const char* target :
       {"/a%2Fb", "/a%5cb", "/a%00", "/a%0d%0a", "/a%7f", "/a\\b", "/a<b", "/a\"b"}) {
    EXPECT_EQ(normal(target), "BadByte") << target;
  }
  for (const char* target : {"/%", "/%4", "/%zz", "/%4g"}) {
    EXPECT_EQ(normal(target), "BadEscape") << target;
  }
  for (const char* target :
       {"/%c0%af", "/%ff", "/%ed%a0%80", "/%e2%82", "/%e2%82a", "/%f4%90%80%80"}) {
    EXPECT_EQ(normal(target), "BadUtf8") << target;
  }
}

TEST(Path, TheQueryIsKeptAsItIs) {
  EXPECT_EQ(normal("/a/../b?x=/../%41%zz"), "/b?x=/../%41%zz");
  EXPECT_EQ(normal("/a?"), "/a?");
  EXPECT_EQ(normal("/a?b#c"), "BadByte");
  EXPECT_EQ(normal("/a?\x01"), "BadByte");
}

TEST(Path, AnAbsoluteTargetGivesItsAuthority) {
  std::string memory(64, '\0');
  const auto result = normalize("http://plant.test:8080/a/../b", memory);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->text(), "/b");
  EXPECT_EQ(result->authority(), "plant.test:8080");
  EXPECT_EQ(normal("http://plant.test"), "/");
  EXPECT_EQ(normal("http://plant.test?a"), "/?a");
  EXPECT_EQ(normal("http://user@plant.test/"), "BadAuthority");
  EXPECT_EQ(normal("http:///a"), "BadAuthority");
  for (const char* target : {"a/b", "*", "", "plant.test:80", "ftp://plant.test/"}) {
    EXPECT_EQ(normal(target), "NotOriginOrAbsolute") << target;
  }
}

TEST(Path, AnAbsoluteHttpsTargetCountsOverTlsOnly) {
  std::string memory(64, '\0');
  const auto result = normalize("https://plant.test/a", memory, /*secure=*/true);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->text(), "/a");
  EXPECT_EQ(result->authority(), "plant.test");
  EXPECT_TRUE(normalize("HTTP://plant.test/a", memory, /*secure=*/true));
  EXPECT_EQ(normal("https://plant.test/a"), "NotOriginOrAbsolute");
}

}  // namespace
}  // namespace postern::http
