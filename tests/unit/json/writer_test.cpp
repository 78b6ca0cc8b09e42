#include "core/json/writer.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/json/parsed.hpp"

namespace postern::json {
namespace {

using namespace std::string_literals;

std::string written(std::string_view text) {
  char memory[256];
  ByteWriter out(memory);
  write_string(out, text);
  return std::string(out.written());
}

std::string rewritten(std::string_view document) {
  const Parsed parsed(document);
  std::string memory(1024, '\0');
  ByteWriter out(memory);
  write_value(out, parsed.root());
  return std::string(out.written());
}

TEST(Writer, EscapesOnlyWhatMustBe) {
  EXPECT_EQ(written("a/b é😀\x7F"), "\"a/b é😀\x7F\"");
  EXPECT_EQ(written("\"\\\b\f\n\r\t"), R"("\"\\\b\f\n\r\t")");
  EXPECT_EQ(written("\0\x1F"s), R"("\u0000\u001f")");
}

// The access log writes what clients send; it stays JSON.
TEST(Writer, BytesThatAreNotUtf8AreReplacedOneByOne) {
  EXPECT_EQ(written("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
  EXPECT_EQ(written("\xE2\x82"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(Writer, ValuesBecomeCompact) {
  EXPECT_EQ(rewritten(R"( { "a" : [ 1.50 , true , null , { } , [ ] ] , "b" : "\u0041\n" } )"),
            R"({"a":[1.50,true,null,{},[]],"b":"A\n"})");
  EXPECT_EQ(rewritten("[[],[[1],[2,3]],{\"x\":{\"y\":[]}}]"),
            "[[],[[1],[2,3]],{\"x\":{\"y\":[]}}]");
  EXPECT_EQ(rewritten("7"), "7");
}

TEST(Writer, DeepValuesNeedNoRecursion) {
  const std::string deep = std::string(32, '[') + std::string(32, ']');
  EXPECT_EQ(rewritten(deep), deep);
}

TEST(Writer, TooLittleRoomIsNoticed) {
  char memory[4];
  ByteWriter out(memory);
  write_string(out, "abc");
  EXPECT_FALSE(out.ok());
}

}  // namespace
}  // namespace postern::json
