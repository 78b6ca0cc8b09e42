// A close of a connection with TLS whose last answer takes more than one window of records.
#include <gtest/gtest.h>

#include <string>

#include "tests/simulation/by_hand.hpp"
#include "tests/simulation/gateway_under_test.hpp"
#include "tests/support/tls_contexts.hpp"
#include "tests/support/tls_end.hpp"

namespace postern::simulation {
namespace {

// A buffer is 2 KiB long: an answer of nearly as much fills it, and its records do not fit in one.
const std::string body(1900, 'x');
const std::string configuration = R"({
  "listeners": [{"address": "0.0.0.0:8443", "tls": {"certificate_file": "timeless-chain.pem",
                                                    "key_file": "timeless.key"}}],
  "limits": {"header_bytes": 1024},
  "upstreams": {"api": {"servers": ["http://10.0.0.3:9000"]}},
  "endpoints": [{"name": "api", "match": {"path": "/api"}, "upstream": "api",
                 "authenticate": {"connector": "none"}}],
  "errors": {"override": true, "statuses": {"no_match": {"status": 404, "body": ")" +
                                  body + R"("}}}
})";

TEST(SecuredClose, AsksForNothingOnceTheLastRecordsHaveLeft) {
  GatewayUnderTest gateway(configuration, 1);
  ASSERT_EQ(gateway.trouble(), "");
  Engine& engine = gateway.engine(0);
  ByHand hand(engine);
  test::TlsClient trust({.anchors = "timeless-issuing.pem"});
  test::TlsEnd client(trust.context, {"gateway.test", {}}, trust.saved, hand.clock());
  const ConnectionId id = *engine.accepted({}, {Address::Family::V4, 1}, hand.clock());
  client.go_on(hand.clock());
  for (int i = 0; i < 20 && !client.is_open(); ++i) {
    if (const std::string records = client.take_records(); !records.empty()) {
      hand.receives(id, records);
    }
    hand.pass(microseconds(1));
    hand.carry_out();
    client.feed(hand.sent(id), hand.clock());
  }
  ASSERT_TRUE(client.is_open());

  client.write("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  hand.receives(id, client.take_records());
  bool closes = false;
  for (int i = 0; i < 20 && !closes; ++i) {  // the handshake's last steps come first
    hand.pass(microseconds(1));
    while (const auto command = engine.next_command()) {
      closes = command->kind == Command::Kind::Close;
    }
    if (!closes) client.feed(hand.sent(id), hand.clock());
  }
  ASSERT_TRUE(closes);
  int windows = 0;
  for (std::string records; !(records = hand.sent(id)).empty(); ++windows) {
    client.feed(records, hand.clock());
  }
  EXPECT_GT(windows, 1) << "or it shows nothing";
  EXPECT_FALSE(engine.next_command().has_value());
  EXPECT_EQ(gateway::occupancy(engine).clients, 0U);
  EXPECT_TRUE(client.take_plain().ends_with("\r\n\r\n" + body));
  EXPECT_EQ(client.state(), test::TlsEnd::State::Ended);
}

}  // namespace
}  // namespace postern::simulation
