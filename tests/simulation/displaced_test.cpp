// Who gives way when every place for a client is taken: whoever has been without a whole request
// for longest, whatever the time-out that runs for it.
#include <gtest/gtest.h>

#include <string>

#include "tests/simulation/by_hand.hpp"
#include "tests/simulation/gateway_under_test.hpp"

namespace postern::simulation {
namespace {

const std::string configuration = R"({
  "listeners": [{"address": "0.0.0.0:8080"}],
  "limits": {"connections": 1, "idle_connections": 2},
  "timeouts": {"head_ms": 1000, "idle_ms": 60000},
  "upstreams": {"api": {"servers": ["http://10.0.0.3:9000"]}},
  "endpoints": [{"name": "api", "match": {"path": "/api"}, "upstream": "api",
                 "authenticate": {"connector": "none"}}]
})";

TEST(Displaced, ANewClientDoesNotGiveWayToTheNextBeforeOneThatHasBeenIdleForLonger) {
  GatewayUnderTest gateway(configuration, 1);
  ASSERT_EQ(gateway.trouble(), "");
  test::ByHand hand(gateway.engine(0));
  const auto come = [&](std::uint8_t number) {
    const auto id = gateway.engine(0).accepted({}, {Address::Family::V4, number}, hand.clock());
    EXPECT_TRUE(id.has_value());
    return id.value_or(ConnectionId{});
  };
  const auto gone = [&](ConnectionId client) {
    return gateway.engine(0).receive_window(client).empty();
  };
  const auto answered = [&](ConnectionId client) {
    hand.receives(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    return hand.sent(client).starts_with("HTTP/1.1 404");
  };
  const ConnectionId idle[] = {come(1), come(2), come(3)};
  for (const ConnectionId client : idle) EXPECT_TRUE(answered(client));
  hand.pass(milliseconds(500));

  const ConnectionId silent = come(4);
  EXPECT_EQ(hand.carry_out().aborted, 1U);
  EXPECT_TRUE(gone(idle[0]));
  hand.pass(milliseconds(100));
  come(5);
  EXPECT_EQ(hand.carry_out().aborted, 1U);
  EXPECT_TRUE(gone(idle[1])) << "60 s are left to it, but it has waited for longer";
  EXPECT_TRUE(answered(silent)) << "900 ms are left to it";
}

}  // namespace
}  // namespace postern::simulation
