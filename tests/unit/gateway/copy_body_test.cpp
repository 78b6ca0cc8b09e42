#include "core/gateway/copy_body.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "core/gateway/buffers.hpp"
#include "tests/support/random.hpp"

namespace postern::gateway {
namespace {

/// Two buffers and the memory they lie in.
class Copying : public testing::Test {
 protected:
  static constexpr std::size_t capacity = 300;

  Copying()
      : memory_(static_cast<std::size_t>(Buffers::row("test", 2, capacity).bytes()) +
                MemoryRow::alignment),
        buffers_(aligned(), 2, capacity),
        in_(buffers_[buffers_.acquire()]),
        out_(buffers_[buffers_.acquire()]) {}

  /// Puts as much of `text` as fits into the input, and takes it off.
  void feed(std::string& text, std::size_t most) {
    const std::span<char> room = buffers_.tail(in_, buffers_.capacity());
    const std::size_t count = std::min({room.size(), text.size(), most});
    std::memcpy(room.data(), text.data(), count);
    in_.produce(count);
    text.erase(0, count);
  }
  std::string drain(std::size_t most) {
    const std::string text(out_.text().substr(0, most));
    out_.consume(text.size());
    return text;
  }

  /// Moves the whole message through, in pieces of random size.
  std::string through(std::string message, http::BodyFraming framing, std::uint64_t length,
                      bool chunked, test::Random& random) {
    http::BodyReader reader;
    reader.begin(framing, length);
    std::string result;
    for (int turns = 0; turns < 100'000; ++turns) {
      feed(message, 1 + random.below(capacity));
      const BodyProgress progress = copy_body(reader, in_, buffers_, out_, chunked);
      if (progress.state == BodyProgress::State::Broken) return "broken";
      if (progress.state == BodyProgress::State::Complete) return result + drain(SIZE_MAX);
      result += drain(1 + random.below(capacity));
    }
    return "without end";
  }

  std::span<std::byte> aligned() {
    const auto address = reinterpret_cast<std::uintptr_t>(memory_.data());
    const std::size_t skip =
        (MemoryRow::alignment - address % MemoryRow::alignment) % MemoryRow::alignment;
    return std::span(memory_).subspan(skip);
  }

  std::vector<std::byte> memory_;
  Buffers buffers_;
  Buffer& in_;
  Buffer& out_;
};

std::string content(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i % 251);
  return text;
}

std::string in_chunks(std::string_view text, test::Random& random) {
  std::string result;
  while (!text.empty()) {
    const std::size_t size = std::min(text.size(), 1 + random.below(700));
    std::array<char, 16> line;
    const int length = std::snprintf(line.data(), line.size(), "%zX\r\n", size);
    result.append(line.data(), static_cast<std::size_t>(length));
    result.append(text.substr(0, size)).append("\r\n");
    text.remove_prefix(size);
  }
  return result + "0\r\nSome: trailer\r\n\r\n";
}

/// The content of chunks as this gateway writes them; nothing when they are not well-formed.
std::string out_of_chunks(std::string_view text) {
  std::string result;
  for (;;) {
    const std::size_t end = text.find("\r\n");
    if (end == std::string_view::npos) return "no size";
    const std::size_t size = std::stoul(std::string(text.substr(0, end)), nullptr, 16);
    text.remove_prefix(end + 2);
    if (size == 0) return text == "\r\n" ? result : "rest";
    if (text.size() < size + 2 || text.substr(size, 2) != "\r\n") return "no end";
    result += text.substr(0, size);
    text.remove_prefix(size + 2);
  }
}

TEST_F(Copying, ABodyIsTheSameHoweverItComesAndGoes) {
  for (const test::Seed seed : test::seeds(60)) {
    test::Random random(seed);
    const std::string body = content(random.below(5000));
    EXPECT_EQ(through(body, http::BodyFraming::Length, body.size(), false, random), body) << seed;
    EXPECT_EQ(through(in_chunks(body, random), http::BodyFraming::Chunked, 0, false, random), body)
        << seed;
    EXPECT_EQ(out_of_chunks(through(in_chunks(body, random), http::BodyFraming::Chunked, 0,
                                    /*chunked=*/true, random)),
              body)
        << seed;
  }
}

TEST_F(Copying, BytesBehindTheEndStayWhereTheyAre) {
  std::string text = "helloGET / HTTP/1.1";
  http::BodyReader reader;
  reader.begin(http::BodyFraming::Length, 5);
  feed(text, SIZE_MAX);
  const BodyProgress progress = copy_body(reader, in_, buffers_, out_, false);
  EXPECT_EQ(progress.state, BodyProgress::State::Complete);
  EXPECT_EQ(progress.bytes, 5U);
  EXPECT_EQ(out_.text(), "hello");
  EXPECT_EQ(in_.text(), "GET / HTTP/1.1");
}

TEST_F(Copying, AFullOutputBlocksAndLosesNothing) {
  std::string text = content(2 * capacity);
  const std::string whole = text;
  http::BodyReader reader;
  reader.begin(http::BodyFraming::Length, whole.size());
  std::string result;
  bool blocked = false;
  while (!reader.complete()) {
    feed(text, SIZE_MAX);
    const BodyProgress progress = copy_body(reader, in_, buffers_, out_, false);
    blocked = blocked || progress.state == BodyProgress::State::Blocked;
    if (progress.state == BodyProgress::State::Blocked) result += drain(100);
  }
  EXPECT_TRUE(blocked);
  EXPECT_EQ(result + drain(SIZE_MAX), whole);
}

TEST_F(Copying, BrokenFramingIsSaidAtOnce) {
  std::string text = "5\r\nhelloX";
  http::BodyReader reader;
  reader.begin(http::BodyFraming::Chunked, 0);
  feed(text, SIZE_MAX);
  EXPECT_EQ(copy_body(reader, in_, buffers_, out_, true).state, BodyProgress::State::Broken);
}

TEST_F(Copying, ABodyThatEndsWithItsSenderIsEndedInChunks) {
  std::string text = "until the end";
  http::BodyReader reader;
  reader.begin(http::BodyFraming::UntilClose, 0);
  feed(text, SIZE_MAX);
  EXPECT_EQ(copy_body(reader, in_, buffers_, out_, true).state, BodyProgress::State::Hungry);
  EXPECT_TRUE(reader.end_of_stream());
  EXPECT_TRUE(end_chunked_body(buffers_, out_));
  EXPECT_EQ(out_of_chunks(out_.text()), "until the end");
}

}  // namespace
}  // namespace postern::gateway
