#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "core/http/head.hpp"
#include "tests/support/guarded.hpp"

namespace postern::http {
namespace {

constexpr HeadLimits limits{.head_bytes = 512, .target_bytes = 64};

struct Reading {
  HeadOutcome outcome = HeadOutcome::NeedMore;
  RequestHead head;
  HeadRefusal refusal;
};

/// Reads a head that stands at the end of memory.
std::unique_ptr<Reading> read(std::string_view bytes) {
  auto reading = std::make_unique<Reading>();
  const test::Guarded guarded(bytes);
  reading->outcome = parse_request_head(guarded.view(), limits, reading->head, reading->refusal);
  return reading;
}

/// "complete", "more", or the status and the word that a refusal gives.
std::string verdict(std::string_view bytes) {
  const auto reading = read(bytes);
  switch (reading->outcome) {
    case HeadOutcome::Complete:
      return "complete";
    case HeadOutcome::NeedMore:
      return "more";
    case HeadOutcome::Refused:
      return std::to_string(reading->refusal.status) + " " + std::string(reading->refusal.why);
  }
  return {};
}

/// A request with these field lines beside Host.
std::string with(std::string_view lines, std::string_view line = "POST / HTTP/1.1") {
  return std::string(line) + "\r\nHost: h.test\r\n" + std::string(lines) + "\r\n";
}

class RequestHeadTest : public testing::Test {
 protected:
  const RequestHead& parse(std::string_view bytes) {
    EXPECT_EQ(parse_request_head(bytes, limits, head_, refusal_), HeadOutcome::Complete)
        << bytes << "\n"
        << refusal_.status << " " << refusal_.why;
    return head_;
  }

 private:
  RequestHead head_;
  HeadRefusal refusal_;
};

TEST_F(RequestHeadTest, GivesWhatTheClientWrote) {
  const std::string bytes =
      "GET /readings/7?unit=C HTTP/1.1\r\nHost: plant.test:8080\r\nX-A:  b c "
      "\t\r\nx-a:\r\n\r\nrest";
  const RequestHead& head = parse(bytes);
  EXPECT_EQ(head.method, Method::Get);
  EXPECT_EQ(head.target, "/readings/7?unit=C");
  EXPECT_EQ(head.host, "plant.test:8080");
  EXPECT_EQ(head.minor, 1);
  EXPECT_EQ(head.framing, BodyFraming::None);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_EQ(head.head_bytes, bytes.size() - 4);
  ASSERT_EQ(head.fields.all().size(), 3U);
  EXPECT_EQ(head.fields.all()[1].name, "X-A");
  EXPECT_EQ(head.fields.all()[1].value, "b c");
  EXPECT_EQ(head.fields.all()[2].value, "");
}

TEST_F(RequestHeadTest, TheVerdictDoesNotDependOnHowTheBytesArrive) {
  const std::string bytes =
      "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_EQ(verdict(bytes.substr(0, size)), "more") << size;
  }
  EXPECT_EQ(verdict(bytes), "complete");
}

TEST_F(RequestHeadTest, WhatIsRefusedIsRefusedAsSoonAsItCanBeSeen) {
  EXPECT_EQ(verdict("GET / HTTP/1.1\n"), "400 line");
  EXPECT_EQ(verdict(std::string_view("GET /\0", 6)), "400 line");
  EXPECT_EQ(verdict("BREW / HTTP/1.1\r\n"), "501 method");
  EXPECT_EQ(verdict("GET / HTTP/2.0\r\n"), "505 version");
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\nHost: h\r\n folded"), "400 line");
}

TEST_F(RequestHeadTest, AFewEmptyLinesBeforeTheRequestAreIgnored) {
  const RequestHead& head = parse("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(head.head_bytes, 31U);
  EXPECT_EQ(verdict("\r\n\r\n\r\n"), "400 line");
}

TEST_F(RequestHeadTest, ARequestLineIsThreeWords) {
  for (const char* line :
       {"GET", "GET /", "GET  / HTTP/1.1", "GET /a b HTTP/1.1", " GET / HTTP/1.1",
        "GET / HTTP/1.1 ", "G\"T / HTTP/1.1", "GET / http/1.1", "GET / HTTP/1.10", "GET / HTTP/11",
        "GET\t/ HTTP/1.1"}) {
    EXPECT_EQ(verdict(std::string(line) + "\r\nHost: h\r\n\r\n").substr(0, 4), "400 ") << line;
  }
  EXPECT_EQ(verdict("GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n"), "400 target");
  EXPECT_EQ(verdict("GET /\xC3\xA4 HTTP/1.1\r\nHost: h\r\n\r\n").substr(0, 4), "400 ");
}

TEST_F(RequestHeadTest, ABodyHasOneFramingOrTheRequestIsRefused) {
  EXPECT_EQ(parse(with("Content-Length: 42\r\n")).framing, BodyFraming::Length);
  EXPECT_EQ(parse(with("Content-Length: 42\r\n")).content_length, 42U);
  EXPECT_EQ(parse(with("Transfer-Encoding: Chunked\r\n")).framing, BodyFraming::Chunked);
  for (const char* lines :
       {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 5\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 5, 5\r\n",
        "Content-Length: +5\r\n", "Content-Length: -1\r\n", "Content-Length: 0x5\r\n",
        "Content-Length: 5 5\r\n", "Content-Length:\r\n",
        "Content-Length: 9223372036854775808\r\n"}) {
    EXPECT_EQ(verdict(with(lines)).substr(0, 4), "400 ") << lines;
  }
  for (const char* coding : {"gzip", "identity", "gzip, chunked", "chunked, chunked", "xchunked"}) {
    const std::string said = verdict(with("Transfer-Encoding: " + std::string(coding) + "\r\n"));
    EXPECT_TRUE(said.starts_with("501 ") || said.starts_with("400 ")) << coding << ": " << said;
  }
  EXPECT_EQ(verdict("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n").substr(0, 4), "400 ");
}

TEST_F(RequestHeadTest, ThereIsOneHost) {
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\n\r\n"), "400 host");
  EXPECT_EQ(verdict(with("Host: h.test\r\n")), "400 host");
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\nHost:\r\n\r\n"), "400 host");
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\nHost: user@h\r\n\r\n"), "400 host");
  EXPECT_EQ(parse("GET / HTTP/1.0\r\n\r\n").host, "");
  EXPECT_EQ(parse("GET http://a.test/x HTTP/1.1\r\nHost: b.test\r\n\r\n").host, "a.test")
      << "RFC 9112 section 3.2.2";
}

TEST_F(RequestHeadTest, ConnectionsAreKeptAsTheVersionSays) {
  EXPECT_FALSE(parse(with("Connection: x, CLOSE\r\n")).keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_TRUE(parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n").keep_alive);
}

TEST_F(RequestHeadTest, OnlyOneExpectationIsKnown) {
  EXPECT_TRUE(parse(with("Expect: 100-Continue\r\n")).expect_continue);
  EXPECT_EQ(verdict(with("Expect: 200-ok\r\n")), "417 expectation");
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\nExpect: 200-ok\r\n\r\n").expect_continue);
}

TEST_F(RequestHeadTest, AWebSocketIsAskedForByGetWithoutBodyAndNothingElse) {
  const std::string get = "GET /ws HTTP/1.1";
  const std::string upgrade = "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n";
  EXPECT_TRUE(parse(with(upgrade, get)).upgrade_websocket);
  EXPECT_FALSE(parse(with(upgrade)).upgrade_websocket) << "POST";
  EXPECT_FALSE(parse(with(upgrade + "Content-Length: 1\r\n", get)).upgrade_websocket);
  EXPECT_FALSE(parse(with("Upgrade: websocket\r\n", get)).upgrade_websocket);
  EXPECT_FALSE(
      parse(with("Connection: upgrade\r\nUpgrade: websocket, h2c\r\n", get)).upgrade_websocket);
}

TEST_F(RequestHeadTest, LengthsAreBounded) {
  EXPECT_EQ(verdict("GET /" + std::string(64, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n"),
            "414 target-length");
  EXPECT_EQ(verdict("GET /" + std::string(600, 'a')), "414 target-length");
  EXPECT_EQ(verdict(with("X: " + std::string(600, 'a') + "\r\n")), "431 head-length");
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(600, 'a')), "431 head-length")
      << "also when the end has not come yet";
}

TEST_F(RequestHeadTest, FieldsAreBoundedInNumber) {
  std::string lines;
  for (std::size_t i = 0; i < fields_max; ++i) lines += "a:\r\n";
  const std::string bytes = with(lines);  // Host is one more
  RequestHead head;
  HeadRefusal refusal;
  EXPECT_EQ(parse_request_head(bytes, {}, head, refusal), HeadOutcome::Refused);
  EXPECT_EQ(refusal.status, 431);
}

TEST_F(RequestHeadTest, NominatedFieldsAreKnown) {
  const std::string bytes = with("Connection: X-Hop, close\r\nX-Hop: 1\r\nX-End: 2\r\n");
  const RequestHead& head = parse(bytes);
  EXPECT_TRUE(head.fields.nominated("x-hop"));
  EXPECT_FALSE(head.fields.nominated("X-End"));
}

}  // namespace
}  // namespace postern::http
