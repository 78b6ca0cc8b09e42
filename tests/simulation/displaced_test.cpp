// Who gives way when every place for a client is taken: whoever has been without a whole request
// for longest, whatever the time-out that runs for it.
#include <gtest/gtest.h>

#include <string>

#include "tests/simulation/by_hand.hpp"
#include "tests/simulation/gateway_under_test.hpp"
#include "tests/simulation/tls_peer.hpp"

namespace postern::simulation {
namespace {

const std::string configuration = R"({
  "listeners": [{"address": "0.0.0.0:8080"},
                {"address": "0.0.0.0:8443", "tls": {"certificate_file": "timeless-chain.pem",
                                                    "key_file": "timeless.key"}}],
  "limits": {"connections": 1, "idle_connections": 2},
  "timeouts": {"handshake_ms": 10000, "head_ms": 1000, "idle_ms": 60000},
  "upstreams": {"api": {"servers": ["http://10.0.0.3:9000"]}},
  "endpoints": [{"name": "api", "match": {"path": "/api"}, "upstream": "api",
                 "authenticate": {"connector": "none"}}]
})";

class Displaced : public testing::Test {
 protected:
  Displaced() { EXPECT_EQ(gateway.trouble(), ""); }

  ConnectionId come(std::uint8_t listener = 0) {
    const auto id = engine.accepted({listener}, {Address::Family::V4, 1}, hand.clock());
    EXPECT_TRUE(id.has_value());
    return id.value_or(ConnectionId{});
  }
  bool gone(ConnectionId client) { return engine.receive_window(client).empty(); }
  bool answered(ConnectionId client) {
    hand.receives(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    return hand.sent(client).starts_with("HTTP/1.1 404");
  }

  GatewayUnderTest gateway{configuration, 1};
  Engine& engine{gateway.engine(0)};
  ByHand hand{engine};
};

TEST_F(Displaced, ANewClientDoesNotGiveWayToTheNextBeforeOneThatHasBeenIdleForLonger) {
  const ConnectionId idle[] = {come(), come(), come()};
  for (const ConnectionId client : idle) EXPECT_TRUE(answered(client));
  hand.pass(milliseconds(500));

  const ConnectionId silent = come();
  EXPECT_EQ(hand.carry_out().aborted, 1U);
  EXPECT_TRUE(gone(idle[0]));
  hand.pass(milliseconds(100));
  come();
  EXPECT_EQ(hand.carry_out().aborted, 1U);
  EXPECT_TRUE(gone(idle[1])) << "60 s are left to it, but it has waited for longer";
  EXPECT_TRUE(answered(silent)) << "900 ms are left to it";
}

TEST_F(Displaced, AHandshakeThatGoesNoFurtherIsAsOldAsItsTurn) {
  test::TlsClient client({.anchors = "timeless-issuing.pem"});
  const ConnectionId stalled = come(1);
  hand.receives(stalled, client_hello(client));
  hand.pass(milliseconds(500));
  const ConnectionId idle[] = {come(), come()};
  for (const ConnectionId one : idle) EXPECT_TRUE(answered(one));
  for (int i = 0; i < 3; ++i) hand.pass(seconds(1));
  EXPECT_EQ(hand.carry_out().aborted, 0U);

  come();
  EXPECT_EQ(hand.carry_out().aborted, 1U);
  EXPECT_TRUE(gone(stalled)) << "its time-out has begun anew three times, but not its turn";
  for (const ConnectionId one : idle) EXPECT_TRUE(answered(one));
}

}  // namespace
}  // namespace postern::simulation
