// Pre-input lines as people copy them: one entry per line, name and value around the first colon.
#include "firmware/linux/import/lines.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/import/translated.hpp"

namespace postern::importer {
namespace {

std::string read(std::string_view text) {
  Notes notes;
  std::string all;
  for (const Entry& entry : read_lines(text, notes)) {
    all += std::to_string(entry.source.line) + "[" + entry.source.name + "=" + entry.value + "]";
  }
  return all + test::lines_of(notes);
}

TEST(Lines, SplitAtTheFirstColonBecauseValuesHoldUrls) {
  EXPECT_EQ(read("jwks_uri:https://id.example:8443/keys"),
            "1[jwks_uri=https://id.example:8443/keys]");
}

TEST(Lines, BlanksAroundNameAndValueDoNotCount) {
  EXPECT_EQ(read("  iss \t:  a, b \t\naud : c"), "1[iss=a, b]2[aud=c]");
}

TEST(Lines, AnyLineEndWillDoAndAByteOrderMarkIsNoName) {
  EXPECT_EQ(read("\xEF\xBB\xBFiss:a\r\naud:b\n"), "1[iss=a]2[aud=b]");
}

TEST(Lines, EmptyLinesAndRemarksAreSkipped) {
  EXPECT_EQ(read("\n# from the console\n\niss:a\n"), "4[iss=a]");
}

TEST(Lines, ALineWithoutANameIsNoted) {
  EXPECT_EQ(read("iss a\n:b\n"),
            "1 line: is not NAME:VALUE, so that the reference does not read it either\n"
            "2 line: is not NAME:VALUE, so that the reference does not read it either\n");
}

TEST(Lines, ANameThatStandsTwiceCountsTheFirstTimeAndIsNoted) {
  EXPECT_EQ(read("iss:a\niss:b"), "1[iss=a]2 iss: stands twice; the one in line 1 was taken\n");
}

TEST(Lines, AnOpenBraceGoesOnOverLines) {
  EXPECT_EQ(read("a:{\n  \"x\":\"}\",\n  y:{ z:1 }\n}\nb:c"),
            "1[a={\n\"x\":\"}\",\ny:{ z:1 }\n}]5[b=c]");
}

TEST(Lines, AValueMayBeginInTheNextLine) {
  EXPECT_EQ(read("a:\n{ x:1 }\nb:c"), "1[a={ x:1 }]3[b=c]");
  EXPECT_EQ(read("a:\nb:c"), "1[a=]2[b=c]");
}

TEST(Lines, ABraceThatIsNeverClosedTakesNothingWithIt) {
  EXPECT_EQ(read("a:{ x:\niss:b"), "1[a={ x:]2[iss=b]");
}

TEST(Lines, TheApiGivesThemAsOneObjectOfStrings) {
  EXPECT_EQ(read(R"(
{
  "jwks_uri": "http://id.example/keys",
  "inject_headers": "{\"X-User\":\"$.sub\"}"
})"),
            "3[jwks_uri=http://id.example/keys]4[inject_headers={\"X-User\":\"$.sub\"}]");
  EXPECT_EQ(read(R"({"iss":"a","inject_headers":{"X-User":"$.sub"}})"),
            "1[iss=a]1 inject_headers: is an object, not a string that holds one\n");
  EXPECT_EQ(read("{ iss:a"), "1 object: is not closed\n");
}

TEST(Lines, TheMatchPolicyOfAClaimWithAColonInItsName) {
  EXPECT_EQ(read("https://plant.example/rolesMatchPolicy:matchall"),
            "1[https://plant.example/rolesMatchPolicy=matchall]");
  EXPECT_EQ(read("groupsMatchPolicy : matchnone"), "1[groupsMatchPolicy=matchnone]");
  EXPECT_EQ(read("x:see MatchPolicy: there"), "1[x=see MatchPolicy: there]");
}

TEST(Lines, OnlyTextOfAKnownLengthIsRead) {
  EXPECT_FALSE(why_unusable(""));
  EXPECT_FALSE(why_unusable("iss:Rosenl\xC3\xB6\x66\t\r\n"));
  EXPECT_FALSE(why_unusable(std::string(text_bytes_max, 'a')));
  EXPECT_TRUE(why_unusable(std::string(text_bytes_max + 1, 'a')));
  EXPECT_TRUE(why_unusable(std::string(lines_max, '\n')));
  EXPECT_TRUE(why_unusable(std::string_view("iss:a\0b", 7)));
  EXPECT_TRUE(why_unusable("iss:\x1B[2J"));
  const auto note = why_unusable("iss:a\naud:\xF6");
  ASSERT_TRUE(note);
  EXPECT_EQ(note->where.line, 2U);
}

}  // namespace
}  // namespace postern::importer
