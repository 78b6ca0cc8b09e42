#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>

#include "tests/unit/config/loaded.hpp"

namespace postern::config::test {

/// A mistake in full_file, and how it is told.
struct Mistake {
  std::string_view from;     ///< Of full_file.
  std::string_view to;       ///< What somebody wrote instead.
  std::string_view pointer;  ///< Where it is told.
  std::string_view problem;  ///< Some of what is told.
  std::string_view remedy;
};

inline std::ostream& operator<<(std::ostream& out, const Mistake& mistake) {
  return out << mistake.from << " -> " << mistake.to;
}

inline void expect_told(const Mistake& mistake) {
  const std::string text = replaced(full_file, mistake.from, mistake.to);
  ASSERT_FALSE(text.empty()) << "the test's own text is not in the file";
  const Loaded file(text);
  EXPECT_FALSE(file.ok());
  bool told = false;
  for (const Found& found : file.findings()) {
    EXPECT_FALSE(found.problem.empty());
    EXPECT_FALSE(found.remedy.empty()) << found.pointer;
    told = told || (found.pointer == mistake.pointer &&
                    found.problem.find(mistake.problem) != std::string::npos &&
                    found.remedy.find(mistake.remedy) != std::string::npos);
  }
  EXPECT_TRUE(told) << file.lines();
  EXPECT_EQ(file.lines().find('\x1b'), std::string::npos);
  EXPECT_EQ(file.lines().find("swordfish"), std::string::npos) << "a secret is never shown";
}

}  // namespace postern::config::test
