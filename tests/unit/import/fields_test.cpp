// Objects in every spelling that the reference shows.
#include "firmware/linux/import/fields.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace postern::importer {
namespace {

void append(std::string& text, const std::vector<Field>& fields) {
  text += '{';
  for (const Field& field : fields) {
    text += '<' + field.name + ':';
    if (field.is_object) append(text, field.fields);
    text += field.text + '>';
  }
  text += '}';
}

// {<name:text><name:{...}>}, or the problem.
std::string read(std::string_view text) {
  const FieldsOrProblem result = read_fields(text);
  if (const auto* problem = std::get_if<std::string_view>(&result)) return std::string(*problem);
  std::string shown;
  append(shown, std::get<std::vector<Field>>(result));
  return shown;
}

const std::string same =
    "{<regionCodeHeader:X-Region><regionCodeValue:{<FR:https://fr.example/a?b=c>}>"
    "<defaultURI:https://id.example:8443/check>}";

TEST(Fields, ReadsProperJson) {
  EXPECT_EQ(read(R"({"regionCodeHeader": "X-Region",
                     "regionCodeValue": {"FR": "https://fr.example/a?b=c"},
                     "defaultURI": "https://id.example:8443/check"})"),
            same);
}

TEST(Fields, ReadsBareWordsWithoutCommas) {
  EXPECT_EQ(read(R"({ regionCodeHeader:X-Region regionCodeValue:{"FR":"https://fr.example/a?b=c"} )"
                 R"(defaultURI:https://id.example:8443/check })"),
            same);
}

TEST(Fields, ReadsBareWordsWithCommas) {
  EXPECT_EQ(read(R"({regionCodeHeader : X-Region, regionCodeValue : {FR:https://fr.example/a?b=c},)"
                 R"(defaultURI : https://id.example:8443/check})"),
            same);
}

TEST(Fields, ACommaInAUrlSeparatesNothing) {
  EXPECT_EQ(read("{a:http://x/?f=1,2,b:c}"), "{<a:http://x/?f=1,2><b:c>}");
}

TEST(Fields, ReadsEscapesOfStrings) {
  EXPECT_EQ(read(R"({"a\"b":"\u00f6\\"})"), "{<a\"b:\xC3\xB6\\>}");
  EXPECT_EQ(read(R"({"a":"\x"})"), "has a string that is not JSON");
}

TEST(Fields, EmptyObjectsAndValuesAreFine) {
  EXPECT_EQ(read("{}"), "{}");
  EXPECT_EQ(read("{a: , b:}"), "{<a:><b:>}");
}

TEST(Fields, SaysWhyItReadsNothing) {
  EXPECT_EQ(read(""), "is not an object in braces");
  EXPECT_EQ(read("https://id.example"), "is not an object in braces");
  EXPECT_EQ(read("{a:b"), "is not closed");
  EXPECT_EQ(read("{a:b} c"), "goes on after its closing brace");
  EXPECT_EQ(read("{a}"), "has a name without a colon behind it");
  EXPECT_EQ(read("{:a}"), "has something else where a name should be");
  EXPECT_EQ(read("{a:b,a:c}"), "has a name twice");
  EXPECT_EQ(read("{\"a\":\"b"), "has a string that is not JSON");
  EXPECT_EQ(read("{a:x{b:c}}"), "has a brace inside a value");
  EXPECT_EQ(read(R"({"a":["b","c"]})"), "has a list where a text should be");
  EXPECT_EQ(read("{a:[]}"), "has a list where a text should be");
  EXPECT_EQ(read("{a:['b.c']}"), "{<a:['b.c']>}") << "a path without its dollar";
}

TEST(Fields, TheirNumberIsBounded) {
  std::string text = "{";
  for (std::size_t i = 0; i < fields_max; ++i) text += std::to_string(i) + ":a ";
  EXPECT_NE(read(text + "}"), "has too many members");
  EXPECT_EQ(read(text + "x:a}"), "has too many members");
}

TEST(Fields, DepthIsBounded) {
  EXPECT_EQ(read("{a:{a:{a:{}}}}"), "{<a:{<a:{<a:{}>}>}>}");
  EXPECT_EQ(read("{a:{a:{a:{a:{}}}}}"), "has too many braces inside each other");
}

}  // namespace
}  // namespace postern::importer
