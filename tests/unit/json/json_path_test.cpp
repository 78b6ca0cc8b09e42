#include "core/json/json_path.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/json/writer.hpp"
#include "tests/unit/json/parsed.hpp"

namespace postern::json {
namespace {

class JsonPathTest : public ::testing::Test {
 protected:
  Result<JsonPath, JsonPathFailure> compile(std::string_view text) {
    return JsonPath::compile(text, arena_);
  }
  /// What the path finds, as compact JSON; "-" for nothing.
  std::string find(std::string_view path, std::string_view document) {
    const Parsed parsed(document);
    const Value found = compile(path)->find(parsed.root());
    if (!found.present()) return "-";
    char memory[512];
    ByteWriter out(memory);
    write_value(out, found);
    return std::string(out.written());
  }
  JsonPathError error(std::string_view text) { return compile(text).error().error; }

 private:
  std::vector<std::byte> memory_ = std::vector<std::byte>(64 * 1024);
  Arena arena_{memory_};
};

TEST_F(JsonPathTest, FindsMembersAndElements) {
  const std::string_view document = R"({"realm_access":{"roles":["a","b"]},"usn":[{"x.y":7}]})";
  EXPECT_EQ(find("$.realm_access.roles", document), R"(["a","b"])");
  EXPECT_EQ(find("$['realm_access'][\"roles\"][0]", document), R"("a")");
  EXPECT_EQ(find("$.realm_access.roles[-1]", document), R"("b")");
  EXPECT_EQ(find("$.usn[0]['x.y']", document), "7");
  EXPECT_EQ(find("$", "[1]"), "[1]");
}

TEST_F(JsonPathTest, FindsNothingWhereNothingIs) {
  EXPECT_EQ(find("$.b", R"({"a":1})"), "-");
  EXPECT_EQ(find("$.a.b", R"({"a":1})"), "-");
  EXPECT_EQ(find("$[0]", R"({"0":1})"), "-") << "an index is not a name";
  EXPECT_EQ(find("$['0']", "[1]"), "-") << "a name is not an index";
  EXPECT_EQ(find("$[1]", "[1]"), "-");
  EXPECT_EQ(find("$[-2]", "[1]"), "-");
}

TEST_F(JsonPathTest, NullIsSomething) { EXPECT_EQ(find("$.a", R"({"a":null})"), "null"); }

TEST_F(JsonPathTest, OneClaimIsOnePathHoweverItIsSpelled) {
  EXPECT_EQ(*compile("$.sub"), *compile("$ [ 'sub' ]"));
  EXPECT_EQ(*compile("$['\\u0073ub']"), *compile("$[\"sub\"]"));
  EXPECT_FALSE(*compile("$.sub") == *compile("$.sub[0]"));
  EXPECT_FALSE(*compile("$[0]") == *compile("$[-1]"));
}

TEST_F(JsonPathTest, WhatMaySelectSeveralValuesIsNotDefinite) {
  for (const char* path : {"$.*", "$[*]", "$..a", "$[?@.a]", "$[0,1]", "$['a','b']", "$[0:1]",
                           "$[:]", "$[1:]", "$.a[?(@.b==1)]", "$[ 0 , 1 ]"}) {
    EXPECT_EQ(error(path), JsonPathError::NotDefinite) << path;
  }
}

TEST_F(JsonPathTest, WhatIsNoPathIsInvalid) {
  for (const char* path : {"",
                           "sub",
                           "@.sub",
                           "$.",
                           "$.sub.",
                           "$ .sub ",
                           "$.1a",
                           "$. a",
                           "$[",
                           "$[]",
                           "$['a]",
                           "$['a'",
                           "$[01]",
                           "$[-0]",
                           "$[+1]",
                           "$[1.0]",
                           "$['\\x']",
                           "$['\\\"']",
                           "$[\"\\'\"]",
                           "$['\\uD800']",
                           "$['\n']",
                           "$.\xC0\x80",
                           "$[9007199254740992]",
                           "$.a\\b",
                           "$a",
                           "$['a' 'b']"}) {
    EXPECT_EQ(error(path), JsonPathError::Invalid) << path;
  }
}

TEST_F(JsonPathTest, FailuresSayWhere) {
  EXPECT_EQ(compile("$.groups[*]").error().offset, 9U);
  EXPECT_EQ(compile("$.a..b").error().offset, 4U);
}

TEST_F(JsonPathTest, LengthIsBounded) {
  std::string path = "$";
  for (std::size_t i = 0; i < JsonPath::steps_max; ++i) path += ".a";
  EXPECT_TRUE(compile(path));
  EXPECT_EQ(error(path + ".a"), JsonPathError::TooLong);
}

TEST_F(JsonPathTest, AFullArenaIsAnError) {
  std::vector<std::byte> memory(20);
  Arena arena(memory);
  const auto result = JsonPath::compile("$.a.b.c", arena);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error, JsonPathError::NoMemory);
}

}  // namespace
}  // namespace postern::json
