// What is revoked is refused from the next request on, whether its facts are cached or not.
#include <gtest/gtest.h>

#include <string>

#include "tests/simulation/by_hand.hpp"
#include "tests/simulation/gateway_under_test.hpp"

namespace postern::simulation {
namespace {

using gateway::Revoked;

const std::string configuration = R"({
  "listeners": [{"address": "0.0.0.0:8080"}], "limits": {"revocations": 2},
  "providers": {
    "other": {"algorithms": ["HS256"], "hmac_secret_file": "hmac"},
    "plant": {"algorithms": ["HS256"], "hmac_secret_file": "hmac"}
  },
  "upstreams": {"api": {"servers": ["http://10.0.0.3:9000"]}},
  "endpoints": [{"name": "api", "match": {"path": "/"}, "upstream": "api",
                 "authenticate": {"connector": "jwt", "select": {"default": "plant"}}}]
})";
constexpr std::uint16_t plant = 1;

class Revocation : public testing::Test {
 protected:
  Revocation() { EXPECT_EQ(gateway_.trouble(), ""); }

  /// 200: it would be forwarded. Each request has a connection of its own.
  int status(const std::string& bearer) {
    hand_.pass(seconds(1));
    const ConnectionId client = hand_.request(bearer);
    const bool forwards = !hand_.connects().empty();
    const std::string answer = hand_.sent(client);
    hand_.leave(client);
    return forwards ? 200 : std::atoi(answer.substr(9, 3).c_str());
  }
  bool revoke(Revoked what, std::string_view value, std::uint16_t provider = plant) {
    return gateway::revoke(gateway_.shared(), what, provider, value, seconds(60),
                           hand_.clock().now);
  }

  GatewayUnderTest gateway_{configuration, 1};
  ByHand hand_{gateway_.engine(0)};
  const std::string alice_ =
      token(R"({"exp":1800003600,"sub":"alice","client_id":"app","jti":"1"})");
  const std::string alice_again_ =
      token(R"({"exp":1800003600,"sub":"alice","client_id":"web","jti":"2"})");
  const std::string bob_ = token(R"({"exp":1800003600,"sub":"bob","client_id":"app","jti":"3"})");
};

TEST_F(Revocation, OfATokenLeavesOthersOfTheSubjectAlone) {
  EXPECT_EQ(status(alice_), 200);
  ASSERT_TRUE(revoke(Revoked::Token, alice_));
  EXPECT_EQ(status(alice_), 401) << "though its facts are cached";
  EXPECT_EQ(status(alice_again_), 200);
}

TEST_F(Revocation, OfASubjectMeansAllItsTokensCachedOrNew) {
  EXPECT_EQ(status(alice_), 200);
  ASSERT_TRUE(revoke(Revoked::Subject, "alice"));
  EXPECT_EQ(status(alice_), 401);
  EXPECT_EQ(status(alice_again_), 401) << "never seen before, and it verifies";
  EXPECT_EQ(status(bob_), 200);
}

TEST_F(Revocation, OfAClientOrATokenId) {
  ASSERT_TRUE(revoke(Revoked::Client, "app"));
  EXPECT_EQ(status(alice_), 401);
  EXPECT_EQ(status(bob_), 401);
  EXPECT_EQ(status(alice_again_), 200);
  ASSERT_TRUE(revoke(Revoked::TokenId, "2"));
  EXPECT_EQ(status(alice_again_), 401);
}

TEST_F(Revocation, IsAMatterOfOneProvider) {
  ASSERT_TRUE(revoke(Revoked::Subject, "alice", plant - 1));
  EXPECT_EQ(status(alice_), 200);
}

TEST_F(Revocation, EndsWhenItsTimeIsOver) {
  ASSERT_TRUE(revoke(Revoked::Subject, "alice"));
  EXPECT_EQ(status(alice_), 401);
  hand_.pass(seconds(60));
  EXPECT_EQ(status(alice_), 200);
}

TEST_F(Revocation, BeyondTheLimitIsRefusedAndPushesNothingOut) {
  ASSERT_TRUE(revoke(Revoked::Subject, "alice"));
  ASSERT_TRUE(revoke(Revoked::Subject, "carol"));
  EXPECT_FALSE(revoke(Revoked::Subject, "bob"));
  EXPECT_EQ(status(bob_), 200);
  EXPECT_EQ(status(alice_), 401);
}

}  // namespace
}  // namespace postern::simulation
