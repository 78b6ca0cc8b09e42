// An answer about a token that nobody waits for any more: it must not become facts that were only
// half checked.
#include <gtest/gtest.h>

#include <string>

#include "tests/simulation/by_hand.hpp"
#include "tests/simulation/gateway_under_test.hpp"

namespace postern::simulation {
namespace {

const std::string configuration = R"({
  "listeners": [{"address": "0.0.0.0:8080"}],
  "providers": {"plant": {"algorithms": ["HS256"], "hmac_secret_file": "hmac",
                          "userinfo": {"url": "http://10.0.0.2/me"}}},
  "upstreams": {"api": {"servers": ["http://10.0.0.3:9000"]}},
  "endpoints": [{"name": "api", "match": {"path": "/"}, "upstream": "api",
                 "authenticate": {"connector": "oidc"}}]
})";

std::string user_info(const std::string& subject) {
  const std::string body = R"({"sub":")" + subject + "\"}";
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(LeftAlone, AnAnswerAboutSomebodyElseIsNotRememberedForTheNext) {
  GatewayUnderTest gateway(configuration, 1);
  ASSERT_EQ(gateway.trouble(), "");
  ByHand hand(gateway.engine(0));
  const std::string alice = token(R"({"exp":1800003600,"sub":"alice"})");

  const ConnectionId first = hand.request(alice);
  const auto provider = hand.connects();
  ASSERT_EQ(provider.size(), 1U);
  EXPECT_NE(hand.sent(provider[0]).find("GET /me"), std::string::npos);
  hand.leave(first);
  hand.receives(provider[0], user_info("mallory"));

  const ConnectionId second = hand.request(alice);
  hand.connects();
  EXPECT_NE(hand.sent(provider[0]).find("GET /me"), std::string::npos) << "asked once more";
  hand.receives(provider[0], user_info("mallory"));
  EXPECT_EQ(hand.sent(second).substr(9, 3), "401") << "UserInfo is about somebody else";
  hand.leave(second);
}

}  // namespace
}  // namespace postern::simulation
