// What is revoked is refused from the next request on, whether its facts are cached or not.
#include <gtest/gtest.h>
#include <mbedtls/md.h>

#include <array>
#include <cstring>
#include <string>

#include "tests/simulation/gateway_under_test.hpp"

namespace postern::simulation {
namespace {

using gateway::Revoked;

std::string base64url(std::string_view bytes) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) text += alphabet[bits >> (count - 6) & 63];
  }
  if (count != 0) text += alphabet[bits << (6 - count) & 63];
  return text;
}

std::string token(std::string_view claims) {
  const std::string text = base64url(R"({"alg":"HS256"})") + "." + base64url(claims);
  std::array<char, 32> mac;
  const auto raw = [](const char* bytes) { return reinterpret_cast<const unsigned char*>(bytes); };
  EXPECT_EQ(mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), raw(hmac_secret.data()),
                            hmac_secret.size(), raw(text.data()), text.size(),
                            reinterpret_cast<unsigned char*>(mac.data())),
            0);
  return text + "." + base64url({mac.data(), mac.size()});
}

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
  Revocation() {
    clock_.wall = WallTime{1'800'000'000};
    clock_.trust = ClockTrust::Synchronised;
    EXPECT_EQ(gateway_.trouble(), "");
  }

  /// 200: it would be forwarded. Each request has a connection of its own.
  int status(const std::string& bearer) {
    Engine& engine = gateway_.engine(0);
    clock_.now = clock_.now + seconds(1);
    const auto client = engine.accepted(ListenerId{0}, Address{Address::Family::V4, 1, {}}, clock_);
    const std::string request =
        "GET / HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + bearer + "\r\n\r\n";
    const auto window = engine.receive_window(*client);
    EXPECT_GE(window.size(), request.size());
    std::memcpy(window.data(), request.data(), request.size());
    engine.received(*client, request.size(), clock_);
    bool connects = false;
    while (const auto command = engine.next_command()) {
      connects |= command->kind == Command::Kind::Connect;
    }
    const auto answer = engine.send_window(*client)[0];
    const std::string text(reinterpret_cast<const char*>(answer.data()), answer.size());
    engine.closed(*client, Closed::ByPeer, clock_);
    return connects ? 200 : std::atoi(text.substr(9, 3).c_str());
  }
  bool revoke(Revoked what, std::string_view value, std::uint16_t provider = plant) {
    return gateway::revoke(gateway_.shared(), what, provider, value, seconds(60), clock_.now);
  }

  GatewayUnderTest gateway_{configuration, 1};
  Clock clock_;
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
  clock_.now = clock_.now + seconds(60);
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
