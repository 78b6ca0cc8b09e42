// JSON for people, and where its parts came from.
#include "firmware/linux/import/json_text.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace postern::importer {
namespace {

JsonText sample() {
  JsonText out;
  out.begin_object();
  out.from({1, "whole"});
  out.begin_object("a/b");
  out.from({2, "object"});
  out.text("x~", "\"\xC3\xB6\n");
  out.from({3, "text"});
  out.boolean("y", true);
  out.end();
  out.begin_array("list", JsonText::Layout::OneLine);
  out.number({}, 7);
  out.number({}, 8);
  out.from({4, "eight"});
  out.end();
  out.begin_array("none");
  out.end();
  out.end();
  return out;
}

TEST(JsonText, IsIndentedUnlessItIsAsked) {
  EXPECT_EQ(sample().written(),
            "{\n"
            "  \"a/b\": {\n"
            "    \"x~\": \"\\\"\xC3\xB6\\n\",\n"
            "    \"y\": true\n"
            "  },\n"
            "  \"list\": [ 7, 8 ],\n"
            "  \"none\": []\n"
            "}\n");
}

TEST(JsonText, KnowsWhereEachPlaceOrTheNearestAroundItCameFrom) {
  const JsonText json = sample();
  const auto name = [&](std::string_view pointer) { return json.origins().find(pointer)->name; };
  EXPECT_EQ(name(""), "whole");
  EXPECT_EQ(name("/a~1b"), "object");
  EXPECT_EQ(name("/a~1b/x~0"), "text");
  EXPECT_EQ(name("/a~1b/y"), "object");
  EXPECT_EQ(name("/a~1b/x~0/deeper"), "text");
  EXPECT_EQ(name("/a~1bc"), "whole") << "another member whose name begins alike";
  EXPECT_EQ(name("/list/0"), "whole");
  EXPECT_EQ(name("/list/1"), "eight");
  EXPECT_EQ(Origins().find(""), nullptr);
}

}  // namespace
}  // namespace postern::importer
