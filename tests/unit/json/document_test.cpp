#include "core/json/document.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/json/parsed.hpp"

namespace postern::json {
namespace {

using namespace std::string_literals;

TEST(Document, TellsTypesApart) {
  const Parsed parsed(R"({"n":null,"b":true,"i":1,"s":"x","a":[],"o":{}})");
  ASSERT_TRUE(parsed.ok());
  const Value root = parsed.root();
  EXPECT_EQ(root.type(), Type::Object);
  EXPECT_EQ(root.member("n").type(), Type::Null);
  EXPECT_EQ(root.member("b").type(), Type::Boolean);
  EXPECT_EQ(root.member("i").type(), Type::Number);
  EXPECT_EQ(root.member("s").type(), Type::String);
  EXPECT_EQ(root.member("a").type(), Type::Array);
  EXPECT_EQ(root.member("o").type(), Type::Object);
  EXPECT_EQ(root.member("x").type(), Type::Absent);
}

TEST(Document, ScalarsMayBeTheWholeText) {
  EXPECT_TRUE(Parsed(" true ").root().boolean());
  EXPECT_FALSE(Parsed("false").root().boolean());
  EXPECT_EQ(Parsed(R"("text")").root().text(), "text");
  EXPECT_EQ(Parsed("-0").root().number_text(), "-0");
}

TEST(Document, MembersAndElementsComeInTheOrderOfTheText) {
  const Parsed parsed(R"({"z":[3,1,2],"a":0})");
  std::string seen;
  for (const Value member : parsed.root()) seen += std::string(member.name()) + ";";
  for (const Value element : parsed.root().member("z")) seen += element.number_text();
  EXPECT_EQ(seen, "z;a;312");
  EXPECT_EQ(parsed.root().member("z").size(), 3U);
  EXPECT_EQ(parsed.root().member("z").element(1).number_text(), "1");
  EXPECT_EQ(parsed.root().member("z").element(3).type(), Type::Absent);
}

TEST(Document, LookingIntoAnAbsentValueIsAbsent) {
  const Parsed parsed(R"({"a":1})");
  EXPECT_FALSE(parsed.root().member("x").member("y").element(0).present());
  EXPECT_EQ(parsed.root().member("a").member("y").type(), Type::Absent);
  EXPECT_EQ(Value().size(), 0U);
  EXPECT_EQ(Value().name(), "");
}

TEST(Document, NamesAreComparedByCase) {
  EXPECT_FALSE(Parsed(R"({"Active":true})").root().member("active").present());
}

// Introspection: "active\u0000x" is another name than "active", though C strings cannot tell.
TEST(Document, NulInNamesAndTextIsACharacterLikeOthers) {
  const Parsed parsed(R"({"active\u0000x":true,"sub":"a\u0000b","active":false})");
  ASSERT_TRUE(parsed.ok());
  EXPECT_FALSE(parsed.root().member("active").boolean());
  EXPECT_TRUE(parsed.root().member("active\0x"s).boolean());
  EXPECT_EQ(parsed.root().member("sub").text(), "a\0b"s);
}

TEST(Document, EscapesAreDecoded) {
  EXPECT_EQ(Parsed(R"("\"\\\/\b\f\n\r\t")").root().text(), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(Parsed(R"("\u0041\u00e9\u20AC\uD83D\uDE00")").root().text(), "Aé€😀");
}

TEST(Document, NumbersKeepTheirText) {
  const std::string digits(500, '7');
  const Parsed parsed("[1.50,-0.0,1E+2,1e1000000000," + digits + "]");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed.root().element(0).number_text(), "1.50");
  EXPECT_EQ(parsed.root().element(1).number_text(), "-0.0");
  EXPECT_EQ(parsed.root().element(2).number_text(), "1E+2");
  EXPECT_EQ(parsed.root().element(3).number_text(), "1e1000000000");
  EXPECT_EQ(parsed.root().element(4).number_text(), digits);
}

struct IntegerCase {
  const char* text;
  std::optional<std::int64_t> value;
  NumberError error = NumberError::NotANumber;
};

TEST(Document, IntegersAreExactOrRefused) {
  const IntegerCase cases[] = {
      {"0", 0},
      {"-0", 0},
      {"1.000", 1},
      {"9223372036854775807", INT64_MAX},
      {"-9223372036854775808", INT64_MIN},
      {"9223372036854775808", {}, NumberError::OutOfRange},
      {"-9223372036854775809", {}, NumberError::OutOfRange},
      {"99999999999999999999999999999999", {}, NumberError::OutOfRange},
      {"1.5", {}, NumberError::TooPrecise},
      {"1e3", {}, NumberError::TooPrecise},
      {"1e1000000000", {}, NumberError::TooPrecise},
      {"\"1\"", {}, NumberError::NotANumber},
      {"null", {}, NumberError::NotANumber},
  };
  for (const IntegerCase& c : cases) {
    const Parsed parsed(c.text);
    const auto result = parsed.root().integer();
    if (c.value) {
      ASSERT_TRUE(result) << c.text;
      EXPECT_EQ(*result, *c.value) << c.text;
    } else {
      ASSERT_FALSE(result) << c.text;
      EXPECT_EQ(result.error(), c.error) << c.text;
    }
  }
}

TEST(Document, SharesAreReadInFixedPoint) {
  EXPECT_EQ(*Parsed("0.125").root().fixed_point(3), 125);
  EXPECT_EQ(*Parsed("0.5").root().fixed_point(3), 500);
  EXPECT_EQ(*Parsed("-1").root().fixed_point(3), -1000);
  EXPECT_EQ(Parsed("0.1251").root().fixed_point(3).error(), NumberError::TooPrecise);
  EXPECT_EQ(Parsed("9223372036854775807").root().fixed_point(1).error(), NumberError::OutOfRange);
}

struct BadCase {
  std::string text;
  ParseError error;
  std::size_t offset;
};

TEST(Document, RefusalsSayWhatAndWhere) {
  const BadCase cases[] = {
      {"", ParseError::Truncated, 0},
      {"  ", ParseError::Truncated, 2},
      {"{", ParseError::Truncated, 1},
      {R"({"a":)", ParseError::Truncated, 5},
      {R"("abc)", ParseError::Truncated, 4},
      {R"("abc\)", ParseError::Truncated, 5},
      {R"("\u12)", ParseError::Truncated, 5},
      {"tru", ParseError::Truncated, 3},
      {"1.", ParseError::Truncated, 2},
      {"-", ParseError::Truncated, 1},
      {"[1,]", ParseError::Syntax, 3},
      {R"({"a":1,})", ParseError::Syntax, 7},
      {"{a:1}", ParseError::Syntax, 1},
      {"['a']", ParseError::Syntax, 1},
      {"[1}", ParseError::Syntax, 2},
      {"[01]", ParseError::Syntax, 2},
      {"[+1]", ParseError::Syntax, 1},
      {"[.5]", ParseError::Syntax, 1},
      {"[1.e1]", ParseError::Syntax, 3},
      {"[NaN]", ParseError::Syntax, 1},
      {"[1 2]", ParseError::Syntax, 3},
      {"[\"a\nb\"]", ParseError::Syntax, 3},
      {R"(["\x"])", ParseError::Syntax, 3},
      {R"(["\u12g4"])", ParseError::Syntax, 6},
      {"// comment\n1", ParseError::Syntax, 0},
      {"\xEF\xBB\xBF{}", ParseError::Syntax, 0},
      {"{}x", ParseError::TrailingBytes, 2},
      {"{}\0"s, ParseError::TrailingBytes, 2},
      {"{}{}", ParseError::TrailingBytes, 2},
      {"\0{}"s, ParseError::Syntax, 0},
      {"{\"a\":true\0}"s, ParseError::Syntax, 9},
      {"\"\x80\"", ParseError::Utf8, 1},
      {"\"\xC0\x80\"", ParseError::Utf8, 1},
      {"\"\xED\xA0\x80\"", ParseError::Utf8, 1},
      {"\"\xF4\x90\x80\x80\"", ParseError::Utf8, 1},
      {"\"ab\xE2\x82\"", ParseError::Utf8, 3},
      {R"("\uD800")", ParseError::Surrogate, 1},
      {R"("\uD800x")", ParseError::Surrogate, 1},
      {R"("\uDC00\uD800")", ParseError::Surrogate, 1},
      {R"({"a":1,"b":2,"a":3})", ParseError::Duplicate, 13},
  };
  for (const BadCase& c : cases) {
    const Parsed parsed(c.text);
    ASSERT_FALSE(parsed.ok()) << c.text;
    EXPECT_EQ(parsed.error(), c.error) << c.text << ": " << describe(parsed.error());
    EXPECT_EQ(parsed.offset(), c.offset) << c.text;
  }
}

TEST(Document, EveryPrefixOfAnObjectIsTruncated) {
  const std::string text = R"({"a":[1.5e3,true,null,"x\u00e9\n"],"b":{"c":{}},"d":-0.1})";
  ASSERT_TRUE(Parsed(text).ok());
  for (std::size_t length = 0; length < text.size(); ++length) {
    const Parsed parsed(text.substr(0, length));
    ASSERT_FALSE(parsed.ok()) << length;
    EXPECT_EQ(parsed.error(), ParseError::Truncated) << text.substr(0, length);
    EXPECT_EQ(parsed.offset(), length);
  }
}

TEST(Document, NamesAreUniqueByTheirDecodedForm) {
  EXPECT_EQ(Parsed(R"({"active":false,"\u0061ctive":true})").error(), ParseError::Duplicate);
  EXPECT_EQ(Parsed(R"([{"x":{"a":1,"a":1}}])").offset(), 13U);
  EXPECT_TRUE(Parsed(R"({"a":{"a":1},"b":{"a":1}})").ok()) << "one object, not one document";
  EXPECT_TRUE(Parsed(R"({"a":1,"A":2,"a ":3,"":4})").ok());
  EXPECT_EQ(Parsed(R"({"":1,"":2})").error(), ParseError::Duplicate);
}

TEST(Document, ManyMembersAreCheckedForUniquenessWithoutComparingAllPairs) {
  std::string text = "{";
  for (int i = 0; i < 8000; ++i) text += "\"member" + std::to_string(i) + "\":0,";
  ParseLimits limits{.text_bytes_max = 1 << 20, .values_max = 10'000};
  const Parsed distinct(text + "\"last\":0}", limits);
  ASSERT_TRUE(distinct.ok());
  EXPECT_EQ(distinct.root().size(), 8001U);
  const Parsed twice(text + "\"member17\":0}", limits);
  EXPECT_EQ(twice.error(), ParseError::Duplicate);
  EXPECT_EQ(twice.offset(), text.size());
}

TEST(Document, DepthIsBounded) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(Parsed(nested(32)).ok());
  EXPECT_EQ(Parsed(nested(33)).error(), ParseError::TooDeep);
  EXPECT_EQ(Parsed(std::string(60'000, '[')).error(), ParseError::TooDeep);
  EXPECT_TRUE(Parsed(nested(64), {.depth_max = 64}).ok());
  EXPECT_EQ(Parsed(nested(65), {.depth_max = 1000}).error(), ParseError::TooDeep);
}

TEST(Document, ValuesAreCounted) {
  EXPECT_TRUE(Parsed("[1,2,3]", {.values_max = 4}).ok());
  EXPECT_EQ(Parsed("[1,2,3,4]", {.values_max = 4}).error(), ParseError::TooManyValues);
}

TEST(Document, LengthIsBounded) {
  EXPECT_TRUE(Parsed("[1]", {.text_bytes_max = 3}).ok());
  EXPECT_EQ(Parsed("[1]", {.text_bytes_max = 2}).error(), ParseError::TooLong);
}

TEST(Document, AnArenaOfTheStatedSizeIsAlwaysEnough) {
  const auto repeated = [](std::string_view piece, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += piece;
    return text;
  };
  std::string members;
  for (int i = 0; i < 150; ++i) members += ",\"" + std::to_string(i) + "\":0";
  const std::string texts[] = {
      "[0" + repeated(",0", 400) + "]",
      "[{}" + repeated(",{}", 300) + "]",
      "[\"\"" + repeated(",\"\"", 300) + "]",
      "{\"x\":0" + members + "}",
      "[" + repeated("{\"a\":0,\"b\":0},", 200) + "0]",
      "\"" + std::string(1000, 'x') + "\"",
  };
  for (const std::string& text : texts) {
    EXPECT_TRUE(Parsed(text, {.text_bytes_max = text.size()}).ok()) << text;
  }
}

TEST(Document, TooSmallAnArenaIsAnErrorAtEverySize) {
  const std::string text = R"({"a":[1,2,{"b":"text","c":null}],"d":0.5})";
  bool fitted = false;
  for (std::size_t size = 0; size < 4096 && !fitted; size += 8) {
    std::vector<std::byte> memory(size);
    Arena arena(memory);
    const auto result = parse(text, arena);
    fitted = result.has_value();
    ASSERT_TRUE(fitted || result.error().error == ParseError::NoMemory) << size;
  }
  EXPECT_TRUE(fitted);
}

TEST(Document, PositionsCountLinesAndColumnsFromOne) {
  const std::string text = "{\n  \"a\": x\n}";
  const Parsed parsed(text);
  const Position position = position_of(text, parsed.offset());
  EXPECT_EQ(position.line, 2U);
  EXPECT_EQ(position.column, 8U);
}

}  // namespace
}  // namespace postern::json
