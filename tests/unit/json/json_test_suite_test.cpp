// JSONTestSuite: y_ must be accepted, n_ refused, i_ either, the same each time. One exception on
// purpose: a name twice in one object is JSON, but readers differ in which one they believe, so it
// is refused here.

#include <gtest/gtest.h>

#include <map>

#include "core/json/writer.hpp"
#include "tests/unit/json/parsed.hpp"

namespace postern::json {
namespace {

TEST(JsonTestSuite, EveryFileIsDecidedAsStated) {
  const auto folder = vectors("json-test-suite/test_parsing");
  if (!folder) GTEST_SKIP() << "no JSONTestSuite in ../shared/vectors";
  std::map<char, int> count;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    const std::string name = entry.path().filename();
    const std::string text = contents(entry.path());
    const ParseLimits limits{.text_bytes_max = 6 * text.size() + 16, .values_max = 200'000};
    const Parsed parsed(text, limits);
    ++count[name[0]];
    const bool duplicate = name.starts_with("y_object_duplicated_key");
    EXPECT_TRUE(parsed.ok() || name[0] != 'y' || duplicate) << name;
    EXPECT_TRUE(!parsed.ok() || !duplicate) << name;
    EXPECT_TRUE(!parsed.ok() || name[0] != 'n') << name;
    EXPECT_EQ(Parsed(text, limits).ok(), parsed.ok()) << name;
    if (!parsed.ok()) continue;
    // What was accepted can be written, and means the same when it is read again.
    std::string written(6 * text.size() + 16, '\0');
    ByteWriter out(written);
    write_value(out, parsed.root());
    ASSERT_TRUE(out.ok()) << name;
    const Parsed again(out.written(), limits);
    ASSERT_TRUE(again.ok()) << name << ": " << out.written();
    std::string written_again(6 * text.size() + 16, '\0');
    ByteWriter out_again(written_again);
    write_value(out_again, again.root());
    EXPECT_EQ(out.written(), out_again.written()) << name;
  }
  EXPECT_EQ(count['y'] + count['n'] + count['i'], 318);
}

}  // namespace
}  // namespace postern::json
