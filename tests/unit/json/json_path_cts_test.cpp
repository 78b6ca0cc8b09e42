// The JSONPath compliance test suite: definite paths give the stated result, everything else is
// refused.

#include <gtest/gtest.h>

#include <string>

#include "core/json/json_path.hpp"
#include "core/json/writer.hpp"
#include "tests/unit/json/parsed.hpp"

namespace postern::json {
namespace {

std::string compact(const Value& value) {
  std::string memory(64 * 1024, '\0');
  ByteWriter out(memory);
  write_value(out, value);
  return std::string(out.written());
}

TEST(JsonPathComplianceTestSuite, DefinitePathsGiveTheStatedResultAndAllOthersAreRefused) {
  const auto folder = vectors("jsonpath-cts");
  if (!folder) GTEST_SKIP() << "no jsonpath-cts in ../shared/vectors";
  const Parsed suite(contents(*folder / "cts.json"),
                     {.text_bytes_max = 1 << 20, .values_max = 100'000});
  ASSERT_TRUE(suite.ok());

  int evaluated = 0;
  int not_definite = 0;
  int invalid = 0;
  for (const Value test : suite.root().member("tests")) {
    const std::string_view selector = test.member("selector").text();
    std::vector<std::byte> memory(8192);
    Arena arena(memory);
    const auto path = JsonPath::compile(selector, arena);
    if (test.member("invalid_selector").present()) {
      EXPECT_FALSE(path) << selector;
      ++invalid;
      continue;
    }
    if (!path) {
      EXPECT_EQ(path.error().error, JsonPathError::NotDefinite) << selector;
      ++not_definite;
      continue;
    }
    const Value found = path->find(test.member("document"));
    const std::string result = found.present() ? "[" + compact(found) + "]" : "[]";
    EXPECT_EQ(result, compact(test.member("result"))) << selector;
    ++evaluated;
  }
  EXPECT_EQ(evaluated + not_definite + invalid, 703);
  RecordProperty("evaluated", evaluated);
  std::cout << evaluated << " evaluated, " << not_definite << " refused as not definite, "
            << invalid << " refused as invalid\n";
}

// Which of the suite's valid selectors are definite is told by their shape alone.
TEST(JsonPathComplianceTestSuite, NoDefinitePathIsRefused) {
  const auto folder = vectors("jsonpath-cts");
  if (!folder) GTEST_SKIP() << "no jsonpath-cts in ../shared/vectors";
  const Parsed suite(contents(*folder / "cts.json"),
                     {.text_bytes_max = 1 << 20, .values_max = 100'000});
  for (const Value test : suite.root().member("tests")) {
    const std::string_view selector = test.member("selector").text();
    const std::string_view name = test.member("name").text();
    const bool one_selector = selector.find_first_of("*?:,") == std::string_view::npos &&
                              selector.find("..") == std::string_view::npos;
    if (test.member("invalid_selector").present() || !one_selector) continue;
    std::vector<std::byte> memory(8192);
    Arena arena(memory);
    EXPECT_TRUE(JsonPath::compile(selector, arena)) << name << ": " << selector;
  }
}

}  // namespace
}  // namespace postern::json
