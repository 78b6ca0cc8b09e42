#include "platform/linux/log_stream.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>

#include "core/base/bytes.hpp"

namespace postern::platform {
namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    reader = Descriptor(ends[0]);
    writer = Descriptor(ends[1]);
  }
  [[nodiscard]] std::string read_some() const {
    std::string text(1 << 20, '\0');
    text.resize(static_cast<std::size_t>(read(reader.number(), text.data(), text.size())));
    return text;
  }
  Descriptor reader;
  Descriptor writer;
};

std::string lines(std::size_t count, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += std::string(size - 1, 'x') + "\n";
  return text;
}

TEST(LogStream, PiecesAreWrittenInOrder) {
  const Pipe pipe;
  const LogStream stream(pipe.writer.number());
  EXPECT_EQ(stream.write({as_bytes("one\ntw"), as_bytes("o\n")}), 8U);
  EXPECT_EQ(pipe.read_some(), "one\ntwo\n");
}

TEST(LogStream, AFullPipeTakesNothingAndIsNotWaitedFor) {
  const Pipe pipe;
  const LogStream stream(pipe.writer.number());
  const std::string text = lines(100, 100);
  while (stream.write({as_bytes(text)}) > 0) {
  }
  EXPECT_EQ(stream.write({as_bytes(text)}), 0U);
  EXPECT_FALSE(pipe.read_some().empty());
  EXPECT_GT(stream.write({as_bytes(text)}), 0U) << "there is room again";
}

TEST(LogStream, TheDescriptorItselfStaysAsItWasForWhoeverSharesIt) {
  const Pipe pipe;
  const LogStream stream(pipe.writer.number());
  EXPECT_EQ(fcntl(pipe.writer.number(), F_GETFL) & O_NONBLOCK, 0);
}

TEST(LogStream, AWriteIsWholeLinesOfAtMostPipeBuf) {
  const Pipe pipe;
  const LogStream stream(pipe.writer.number());
  const std::string text = lines(100, 300);
  const std::size_t written = stream.write({as_bytes(text)});
  EXPECT_LE(written, std::size_t{PIPE_BUF});
  EXPECT_EQ(written % 300, 0U);
  EXPECT_EQ(written, PIPE_BUF / 300 * std::size_t{300});
}

TEST(LogStream, ALineLongerThanPipeBufGoesInPieces) {
  const Pipe pipe;
  const LogStream stream(pipe.writer.number());
  const std::string text = lines(1, 10'000);
  EXPECT_EQ(stream.write({as_bytes(text)}), std::size_t{PIPE_BUF});
}

TEST(LogStream, WhatNobodyCanReadAnyMoreCountsAsWritten) {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  const LogStream stream(pipe.writer.number());
  pipe.reader.reset();
  EXPECT_EQ(stream.write({as_bytes("lost\n")}), 5U);
}

TEST(LogStream, ASocketIsNotWaitedForEither) {
  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  const Descriptor reader(ends[0]);
  const Descriptor writer(ends[1]);
  const LogStream stream(writer.number());
  const std::string text = lines(100, 100);
  while (stream.write({as_bytes(text)}) > 0) {
  }
  EXPECT_EQ(stream.write({as_bytes(text)}), 0U);
}

TEST(LogStream, ARegularFileTakesEverythingAtOnce) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), std::fclose);
  const LogStream stream(fileno(file.get()));
  const std::string text = lines(1'000, 100);
  EXPECT_EQ(stream.write({as_bytes(text)}), text.size());
}

}  // namespace
}  // namespace postern::platform
