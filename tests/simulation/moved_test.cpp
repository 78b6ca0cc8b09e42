// A provider's metadata names another key set's address one day: the gateway goes there, and leaves
// nothing open at the old one.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/simulation/by_hand.hpp"
#include "tests/simulation/gateway_under_test.hpp"
#include "tests/simulation/jwt_fixture.hpp"

namespace postern::simulation {
namespace {

const std::string configuration = R"({
  "listeners": [{"address": "0.0.0.0:8080"}],
  "timeouts": {"idle_ms": 3600000},
  "providers": {"signer": {"issuer": "http://provider.test:9100/signer",
                           "jwks": {"refresh_s": 10, "cooldown_s": 1},
                           "cache": {"max_ttl_s": 1}}},
  "upstreams": {"api": {"servers": ["http://10.0.0.3:9000"]}},
  "endpoints": [{"name": "api", "match": {"path": "/"}, "upstream": "api",
                 "authenticate": {"connector": "jwt"}}]
})";

std::string answer(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}
std::string metadata(const std::string& jwks_uri) {
  return answer(R"({"issuer":"http://provider.test:9100/signer","jwks_uri":")" + jwks_uri + "\"}");
}
std::string key_set() {
  std::string keys;
  for (const FixtureKey& key : fixture_keys())
    keys += (keys.empty() ? "" : ",") + std::string(key.jwk);
  return answer(R"({"keys":[)" + keys + "]}");
}
std::string good_token() {
  const auto tokens = fixture_tokens();
  const auto good = std::find_if(tokens.begin(), tokens.end(), [](const FixtureToken& token) {
    return token.issuer == Issuer::Signer && token.nature == FixtureToken::Nature::Good;
  });
  return good->text;
}

class Moved : public testing::Test {
 protected:
  Moved() { EXPECT_EQ(gateway_.trouble(), ""); }

  /// The one connection among `opened` whose request begins like that.
  ConnectionId asked(const ByHand::Done& done, const std::string& request) {
    for (const auto& opened : done.opened) {
      const std::string text = hand_.sent(opened.id);
      if (text.starts_with(request)) {
        last_request_ = text;
        return opened.id;
      }
    }
    ADD_FAILURE() << "nobody was asked: " << request;
    return {};
  }

  GatewayUnderTest gateway_{configuration, 1};
  ByHand hand_{gateway_.engine(0)};
  std::string last_request_;
};

TEST_F(Moved, TheKeySetIsFetchedAtItsNewAddressAndTheOldOneIsLeft) {
  const ConnectionId first = hand_.request(good_token());
  const ConnectionId home =
      asked(hand_.carry_out(), "GET /signer/.well-known/openid-configuration");
  hand_.receives(home, metadata("http://old.test/keys"));
  const ConnectionId old = asked(hand_.carry_out(), "GET /keys");
  EXPECT_NE(last_request_.find("Host: old.test\r\n"), std::string::npos);
  hand_.receives(old, key_set());
  EXPECT_EQ(hand_.carry_out().opened.size(), 1U) << "it is forwarded";
  hand_.leave(first);

  // Half an hour later the keys are old, and fetched again while they serve.
  hand_.pass(seconds(1801));
  hand_.leave(hand_.request(good_token()));
  hand_.carry_out();
  EXPECT_NE(hand_.sent(old).find("GET /keys"), std::string::npos) << "over the kept connection";
  hand_.receives(old, key_set());

  // After an hour the metadata is, too.
  hand_.pass(seconds(1801));
  hand_.leave(hand_.request(good_token()));
  const ConnectionId home_again =
      asked(hand_.carry_out(), "GET /signer/.well-known/openid-configuration");
  EXPECT_NE(hand_.sent(old).find("GET /keys"), std::string::npos);
  hand_.receives(home_again, metadata("http://newer.test/keys"));
  hand_.receives(old, key_set());

  hand_.pass(seconds(11));
  hand_.leave(hand_.request(good_token()));
  const auto done = hand_.carry_out();
  EXPECT_EQ(done.names, std::vector<std::string>{"newer.test"});
  EXPECT_GE(done.aborted, 1U) << "the connection kept to the old address";
  EXPECT_EQ(hand_.sent(old), "");
  const ConnectionId newer = asked(done, "GET /keys");
  EXPECT_NE(last_request_.find("Host: newer.test\r\n"), std::string::npos);
  hand_.receives(newer, key_set());
}

}  // namespace
}  // namespace postern::simulation
