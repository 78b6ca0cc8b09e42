#include "firmware/mcu/bundle_files.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "core/base/bytes.hpp"
#include "tests/support/bundle_writer.hpp"

namespace postern::firmware {
namespace {

using config::FileProblem;

class BundleFilesTest : public testing::Test {
 protected:
  const std::string bytes_ = test::bundle_of({{"secret", "swordfish\r\n"},
                                              {"empty", " \n"},
                                              {"long", std::string(2000, 'x')},
                                              {"root.pem", "PEM\n"}});
  BundleFiles files_{*Bundle::read(as_bytes(bytes_))};
  config::ClientSecret secret_;
  std::array<char, 64> text_{};
  std::size_t size_ = 0;
};

TEST_F(BundleFilesTest, ASecretIsReadWithoutItsLineEnd) {
  ASSERT_EQ(files_.read_secret("secret", secret_), FileProblem::None);
  EXPECT_EQ(as_text(secret_.expose()), "swordfish");
}

TEST_F(BundleFilesTest, ATextIsReadAsItIs) {
  ASSERT_EQ(files_.read_text("root.pem", text_, size_), FileProblem::None);
  EXPECT_EQ(std::string_view(text_.data(), size_), "PEM\n");
  ASSERT_EQ(files_.read_secret_text("root.pem", text_, size_), FileProblem::None);
}

TEST_F(BundleFilesTest, WhatIsNotThereIsMissing) {
  EXPECT_EQ(files_.read_secret("nowhere", secret_), FileProblem::Missing);
  EXPECT_EQ(files_.read_text("nowhere", text_, size_), FileProblem::Missing);
  EXPECT_EQ(files_.read_secret_text("nowhere", text_, size_), FileProblem::Missing);
}

TEST_F(BundleFilesTest, BlanksAloneAreNoContent) {
  EXPECT_EQ(files_.read_secret("empty", secret_), FileProblem::Empty);
  EXPECT_EQ(files_.read_text("empty", text_, size_), FileProblem::Empty);
}

TEST_F(BundleFilesTest, WhatFillsTheMemoryIsTooLong) {
  EXPECT_EQ(files_.read_secret("long", secret_), FileProblem::TooLong);
  EXPECT_EQ(files_.read_text("long", text_, size_), FileProblem::TooLong);
  EXPECT_EQ(files_.read_text("root.pem", std::span(text_).first(4), size_), FileProblem::TooLong);
  EXPECT_EQ(files_.read_text("root.pem", std::span(text_).first(5), size_), FileProblem::None);
  EXPECT_EQ(files_.read_text("root.pem", {}, size_), FileProblem::TooLong);
}

TEST_F(BundleFilesTest, ABoardHasNoAuthoritiesOfItsSystem) {
  EXPECT_EQ(files_.read_system_anchors(text_, size_), FileProblem::Missing);
}

}  // namespace
}  // namespace postern::firmware
