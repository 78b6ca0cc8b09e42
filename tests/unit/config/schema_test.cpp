// docs/postern.schema.json says what the loader's tables say: no more, no less.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "core/base/arena.hpp"
#include "core/json/document.hpp"
#include "tests/unit/config/schema_text.hpp"

namespace postern::config {
namespace {

constexpr const char* file_name = "docs/postern.schema.json";

TEST(Schema, IsTheLoadersTables) {
  const std::string made = test::schema_text();
  if (std::getenv("POSTERN_WRITE_SCHEMA") != nullptr) std::ofstream(file_name) << made;
  std::ifstream file(file_name);
  std::stringstream kept;
  kept << file.rdbuf();
  EXPECT_TRUE(kept.str() == made)
      << file_name << " is out of date: run this test once with POSTERN_WRITE_SCHEMA=1";
}

TEST(Schema, IsJson) {
  const std::string text = test::schema_text();
  std::vector<std::byte> memory(8 << 20);
  Arena arena(memory);
  const auto root = json::parse(text, arena, {.text_bytes_max = text.size()});
  ASSERT_TRUE(root) << json::describe(root.error().error) << " at " << root.error().offset;
  EXPECT_TRUE(root->member("properties").member("endpoints").present());
}

}  // namespace
}  // namespace postern::config
