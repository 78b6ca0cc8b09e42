#include "platform/linux/store.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>

#include "core/base/bytes.hpp"
#include "tests/support/folder.hpp"

namespace postern::platform {
namespace {

class StoreTest : public testing::Test {
 protected:
  ~StoreTest() override { std::fclose(log_file_); }

  /// A process that has the store of the record "r" in `file`, asks for it to be replaced, and
  /// ends.
  void keep(const std::string& file, std::string_view text) {
    Store store({{"r", folder_.path() + "/" + file}}, log_);
    store.replace("r", as_bytes(text));
  }
  /// What the next process finds.
  std::string found(const std::string& file) {
    const Store store({{"r", folder_.path() + "/" + file}}, log_);
    return std::string(store.found("r").value_or("nothing"));
  }
  std::string log() {
    std::string text(4096, '\0');
    const ssize_t size = ::pread(::fileno(log_file_), text.data(), text.size(), 0);
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
  }

  test::Folder folder_;
  std::FILE* log_file_ = std::tmpfile();
  LogStream log_{::fileno(log_file_)};
};

TEST_F(StoreTest, ARecordThatWasNeverKeptIsNotFoundAndNoComplaint) {
  EXPECT_EQ(found("r"), "nothing");
  EXPECT_EQ(log(), "");
}

TEST_F(StoreTest, WhatWasAskedForBeforeTheEndIsFoundAtTheNextStart) {
  keep("r", "one");
  EXPECT_EQ(found("r"), "one");
  keep("r", "two");
  EXPECT_EQ(found("r"), "two");
  EXPECT_EQ(folder_.read("r"), "two");
  EXPECT_FALSE(folder_.has("r.new"));
}

TEST_F(StoreTest, AnEmptyRecordIsFoundToo) {
  folder_.write("r", "");
  EXPECT_EQ(found("r"), "");
}

TEST_F(StoreTest, WhatACrashLeftBesideTheRecordIsNotTheRecord) {
  keep("r", "whole");
  folder_.write("r.new", "ha");
  EXPECT_EQ(found("r"), "whole");
  keep("r", "next");
  EXPECT_EQ(found("r"), "next");
}

TEST_F(StoreTest, OfManyInARowTheLastOneStays) {
  {
    Store store({{"r", folder_.path() + "/r"}}, log_);
    for (int i = 0; i <= 1'000; ++i) store.replace("r", as_bytes(std::to_string(i)));
  }
  EXPECT_EQ(found("r"), "1000");
}

TEST_F(StoreTest, MoreThanARecordMayHoldIsNotRead) {
  folder_.write("r", std::string(record_bytes_max, 'x'));
  EXPECT_EQ(found("r").size(), record_bytes_max);
  folder_.write("r", std::string(record_bytes_max + 1, 'x'));
  EXPECT_EQ(found("r"), "nothing");
  EXPECT_NE(log().find(R"("event":"store","record":"r","state":"not-read","why":")"),
            std::string::npos)
      << log();
}

TEST_F(StoreTest, WhatCannotBeReadIsSaidAndWhatCannotBeWrittenIsSaidAndCounted) {
  std::filesystem::create_directory(folder_.path() + "/r");
  EXPECT_EQ(found("r"), "nothing");
  EXPECT_NE(log().find(R"("state":"not-read")"), std::string::npos) << log();

  Store store({{"r", folder_.path() + "/missing/r"}}, log_);
  store.replace("r", as_bytes("x"));
  for (int i = 0; i < 5'000 && store.failures() == 0; ++i) ::usleep(1'000);
  EXPECT_EQ(store.failures(), 1U);
  EXPECT_NE(log().find(R"("state":"not-written","why":"No such file or directory"})"),
            std::string::npos)
      << log();
}

TEST_F(StoreTest, AFailureLeavesTheOldRecord) {
  keep("r", "old");
  std::filesystem::create_directory(folder_.path() + "/r.new");
  keep("r", "new");
  EXPECT_EQ(found("r"), "old");
  EXPECT_NE(log().find("not-written"), std::string::npos) << log();
}

TEST_F(StoreTest, ARecordWithoutAPlaceIsIgnored) {
  Store store({}, log_);
  store.replace("r", as_bytes("x"));
  EXPECT_EQ(store.found("r"), std::nullopt);
  EXPECT_EQ(store.failures(), 0U);
}

}  // namespace
}  // namespace postern::platform
