#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/http/head.hpp"
#include "tests/support/guarded.hpp"

namespace postern::http {
namespace {

constexpr HeadLimits limits{.head_bytes = 512, .target_bytes = 64};

class ResponseHeadTest : public testing::Test {
 protected:
  const ResponseHead& parse(std::string_view bytes, Method method = Method::Get) {
    EXPECT_EQ(parse_response_head(bytes, method, limits, head_, refusal_), HeadOutcome::Complete)
        << bytes << "\n"
        << refusal_.why;
    return head_;
  }
  HeadOutcome outcome(std::string_view bytes) {
    const test::Guarded guarded(bytes);
    return parse_response_head(guarded.view(), Method::Get, limits, head_, refusal_);
  }

 private:
  ResponseHead head_;
  HeadRefusal refusal_;
};

std::string answer(std::string_view status, std::string_view lines = "") {
  return "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(lines) + "\r\n";
}

TEST_F(ResponseHeadTest, GivesWhatTheUpstreamWrote) {
  const std::string bytes = answer("404 Not here", "Server: x\r\nContent-Length: 3\r\n");
  const std::string with_body = bytes + "abc";
  const ResponseHead& head = parse(with_body);
  EXPECT_EQ(head.status, 404);
  EXPECT_EQ(head.reason, "Not here");
  EXPECT_EQ(head.framing, BodyFraming::Length);
  EXPECT_EQ(head.content_length, 3U);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_EQ(head.head_bytes, bytes.size());
}

TEST_F(ResponseHeadTest, TheVerdictDoesNotDependOnHowTheBytesArrive) {
  const std::string bytes = answer("200 OK", "Transfer-Encoding: chunked\r\nConnection: close\r\n");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_EQ(outcome(bytes.substr(0, size)), HeadOutcome::NeedMore) << size;
  }
  EXPECT_EQ(outcome(bytes), HeadOutcome::Complete);
}

TEST_F(ResponseHeadTest, WhatFollowsDependsOnTheRequestAndTheStatusFirst) {
  const std::string_view length = "Content-Length: 5\r\n";
  EXPECT_EQ(parse(answer("200 OK", length), Method::Head).framing, BodyFraming::None);
  EXPECT_EQ(parse(answer("200 OK", length), Method::Head).content_length, 5U) << "is passed on";
  EXPECT_EQ(parse(answer("304 Not Modified", length)).framing, BodyFraming::None);
  EXPECT_EQ(parse(answer("204 No Content")).framing, BodyFraming::None);
  EXPECT_EQ(parse(answer("100 Continue")).framing, BodyFraming::None);
  EXPECT_EQ(parse(answer("200 OK", "Transfer-Encoding: chunked\r\n")).framing,
            BodyFraming::Chunked);
}

TEST_F(ResponseHeadTest, WithoutLengthTheEndOfTheConnectionIsTheEnd) {
  EXPECT_EQ(parse(answer("200 OK")).framing, BodyFraming::UntilClose);
  EXPECT_FALSE(parse(answer("200 OK")).keep_alive);
}

TEST_F(ResponseHeadTest, WhatTwoReadersCouldReadDifferentlyIsRefused) {
  for (const char* lines :
       {"Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n", "X y: 1\r\n", "X : 1\r\n", "X: a\r\n b\r\n"}) {
    EXPECT_EQ(outcome(answer("200 OK", lines)), HeadOutcome::Refused) << lines;
  }
  for (const char* line :
       {"HTTP/2.0 200 OK", "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 099 No",
        "HTTP/1.1 600 No", "ICY 200 OK", "HTTP/1.1  200 OK"}) {
    EXPECT_EQ(outcome(std::string(line) + "\r\n\r\n"), HeadOutcome::Refused) << line;
  }
  EXPECT_EQ(outcome("HTTP/1.1 200 OK\n\n"), HeadOutcome::Refused);
}

TEST_F(ResponseHeadTest, TheReasonMayBeEmpty) {
  EXPECT_EQ(parse("HTTP/1.1 200 \r\n\r\n").reason, "");
  EXPECT_EQ(parse("HTTP/1.1 200\r\n\r\n").status, 200);
}

TEST_F(ResponseHeadTest, ATunnelIsAgreedOnByBothFields) {
  EXPECT_TRUE(
      parse(answer("101 Switching Protocols", "Connection: Upgrade\r\nUpgrade: websocket\r\n"))
          .upgrade_websocket);
  EXPECT_FALSE(
      parse(answer("101 Switching Protocols", "Upgrade: websocket\r\n")).upgrade_websocket);
  EXPECT_FALSE(parse(answer("101 Switching Protocols", "Connection: Upgrade\r\nUpgrade: h2c\r\n"))
                   .upgrade_websocket);
}

TEST_F(ResponseHeadTest, ALongHeadIsRefused) {
  EXPECT_EQ(outcome(answer("200 OK", "X: " + std::string(600, 'a') + "\r\n")),
            HeadOutcome::Refused);
  EXPECT_EQ(outcome("HTTP/1.1 200 " + std::string(600, 'a')), HeadOutcome::Refused);
}

}  // namespace
}  // namespace postern::http
