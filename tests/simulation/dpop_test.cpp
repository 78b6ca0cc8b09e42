// A token that is bound to a key, and who comes with what: RFC 9449, as a client meets it.
#include <gtest/gtest.h>

#include <string>

#include "core/base/counters.hpp"
#include "tests/simulation/by_hand.hpp"
#include "tests/simulation/gateway_under_test.hpp"
#include "tests/support/dpop_proof.hpp"

namespace postern::simulation {
namespace {

using test::ProofText;

/// Two workers, and clients that prove to have test::p256_key.
class DpopStory : public testing::Test {
 protected:
  explicit DpopStory(const std::string& dpop = "{}")
      : gateway_(R"({
          "listeners": [{"address": "0.0.0.0:8080"}], "limits": {"dpop_proofs": 16},
          "trusted_proxies": ["10.0.0.9"],
          "providers": {"plant": {"algorithms": ["HS256"], "hmac_secret_file": "hmac"}},
          "upstreams": {"api": {"servers": ["http://10.0.0.3:9000"]}},
          "endpoints": [{"name": "api", "match": {"path": "/"}, "upstream": "api",
                         "authenticate": {"connector": "jwt", "select": {"default": "plant"},
                                          "dpop": )" +
                     dpop + R"(}}]
        })",
                 2) {
    EXPECT_EQ(gateway_.trouble(), "");
  }

  /// The proof for the next request, at the client's own time.
  std::string proof(const std::string& nonce = "", const std::string& uri = "http://h/") {
    ProofText text;
    text.jti = '"' + std::to_string(++proofs_made_) + '"';
    text.htu = '"' + uri + '"';
    text.iat = std::to_string(first_.clock().wall.s);
    text.ath = '"' + test::token_digest(bound_) + '"';
    if (!nonce.empty()) text.nonce = '"' + nonce + '"';
    return text.text();
  }
  std::string with(const std::string& proof_text) const {
    return "Authorization: DPoP " + bound_ + "\r\nDPoP: " + proof_text + "\r\n";
  }
  /// "200" when it would be forwarded, else the answer.
  static std::string outcome(ByHand& worker, const std::string& lines, const Address& peer) {
    const ConnectionId client = worker.request_with(lines, peer);
    const bool forwards = !worker.connects().empty();
    std::string answer = worker.sent(client);
    worker.leave(client);
    return forwards ? "200" : answer;
  }
  std::string outcome(const std::string& lines, const Address& peer = {Address::Family::V4, 1}) {
    return outcome(first_, lines, peer);
  }
  std::string outcome_elsewhere(const std::string& lines) {
    return outcome(second_, lines, {Address::Family::V4, 1});
  }
  /// Both clocks go on.
  void pass(Duration time) {
    first_.set_wall(WallTime{first_.clock().wall.s + time.us / 1'000'000},
                    ClockTrust::Synchronised);
    first_.pass(time);
  }
  static bool has(const std::string& answer, const std::string& text) {
    return answer.find(text) != std::string::npos;
  }
  /// The DPoP-Nonce in an answer.
  static std::string nonce_in(const std::string& answer) {
    const std::size_t at = answer.find("DPoP-Nonce: ");
    return at == std::string::npos ? "" : answer.substr(at + 12, 22);
  }

  GatewayUnderTest gateway_;
  ByHand first_{gateway_.engine(0)};
  ByHand second_{gateway_.engine(1)};
  const std::string bound_ = token(R"({"exp":1800003600,"sub":"alice","cnf":{"jkt":")" +
                                   test::thumbprint(test::p256_key) + "\"}}");
  int proofs_made_ = 0;
};

TEST_F(DpopStory, AProofCountsOnceWhicheverWorkerSeesIt) {
  const std::string once = with(proof());
  EXPECT_EQ(outcome(once), "200");
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(has(outcome(once), R"(error="invalid_dpop_proof")"));
    EXPECT_TRUE(has(outcome_elsewhere(once), R"(error="invalid_dpop_proof")"));
  }
  EXPECT_EQ(outcome_elsewhere(with(proof())), "200") << "another one, and facts from the cache";
}

// Its date no longer counts when it is forgotten: there is no moment between.
TEST_F(DpopStory, NoReplayIsEverTooLateToBeNoticed) {
  const std::string once = with(proof());
  EXPECT_EQ(outcome(once), "200");
  for (int second = 0; second < 100; ++second) {
    pass(seconds(1));
    EXPECT_TRUE(has(outcome(once), "401")) << second;
  }
}

TEST_F(DpopStory, WhenNoneCanBeRememberedNoneIsTaken) {
  for (int i = 0; i < 16; ++i) EXPECT_EQ(outcome(with(proof())), "200") << i;
  const std::string one_more = with(proof());
  const std::string answer = outcome(one_more);
  EXPECT_TRUE(has(answer, "503")) << answer;
  EXPECT_TRUE(has(answer, "Retry-After"));
  pass(seconds(72));
  EXPECT_EQ(outcome(with(proof())), "200");
}

TEST_F(DpopStory, WithoutTheProofItIsNobodysToken) {
  const std::string as_bearer = outcome("Authorization: Bearer " + bound_ + "\r\n");
  EXPECT_TRUE(has(as_bearer, R"(WWW-Authenticate: DPoP realm="postern", error="invalid_token")"))
      << as_bearer;
  EXPECT_TRUE(has(outcome("Authorization: DPoP " + bound_ + "\r\n"), "invalid_dpop_proof"));
  EXPECT_TRUE(has(outcome(with(proof("", "http://h/other"))), "invalid_dpop_proof"));
}

TEST_F(DpopStory, WhatTheClientCalledUsIsWhatATrustedProxySays) {
  const Address proxy{Address::Family::V4, 1, {10, 0, 0, 9}};
  const std::string said = "X-Forwarded-Proto: https\r\nX-Forwarded-Host: api.test\r\n";
  EXPECT_EQ(outcome(with(proof("", "https://api.test/")) + said, proxy), "200");
  EXPECT_TRUE(has(outcome(with(proof()) + said, proxy), "401"));
  EXPECT_TRUE(has(outcome(with(proof("", "https://api.test/")) + said), "401")) << "no proxy";
  EXPECT_EQ(outcome(with(proof()) + said), "200");
}

TEST_F(DpopStory, WithoutTheYearADateProvesNothing) {
  EXPECT_EQ(outcome(with(proof())), "200") << "the facts are known now";
  first_.set_wall(first_.clock().wall, ClockTrust::Unknown);
  EXPECT_TRUE(has(outcome(with(proof())), "503"));
}

class DpopNonceStory : public DpopStory {
 protected:
  DpopNonceStory() : DpopStory(R"({"nonce": true, "max_age_s": 60})") {}
};

TEST_F(DpopNonceStory, TheFirstAnswerSaysWhichNonce) {
  const std::string answer = outcome(with(proof()));
  EXPECT_TRUE(has(answer, R"(error="use_dpop_nonce")")) << answer;
  const std::string nonce = nonce_in(answer);
  ASSERT_EQ(nonce.size(), 22U);
  EXPECT_EQ(outcome(with(proof(nonce))), "200");
  EXPECT_EQ(outcome_elsewhere(with(proof(nonce))), "200") << "every worker knows it";
  pass(seconds(60));
  const std::string later = outcome(with(proof(nonce)));
  EXPECT_TRUE(has(later, R"(error="use_dpop_nonce")")) << later;
  EXPECT_NE(nonce_in(later), nonce);
}

TEST_F(DpopNonceStory, WithANonceNoClockIsNeeded) {
  const std::string nonce = nonce_in(outcome(with(proof())));
  EXPECT_EQ(outcome(with(proof(nonce))), "200");
  first_.set_wall(first_.clock().wall, ClockTrust::Unknown);
  EXPECT_EQ(outcome(with(proof(nonce))), "200");
}

class DpopRequiredStory : public DpopStory {
 protected:
  DpopRequiredStory() : DpopStory(R"({"required": true})") {}
};

TEST_F(DpopRequiredStory, ATokenThatIsNotBoundDoesNotCount) {
  const std::string free = token(R"({"exp":1800003600,"sub":"alice"})");
  for (const char* scheme : {"Bearer ", "DPoP "}) {
    const std::string answer = outcome("Authorization: " + (scheme + free) + "\r\n");
    EXPECT_TRUE(has(answer, R"(DPoP realm="postern", error="invalid_token")")) << answer;
  }
  const std::string nothing = outcome("");
  EXPECT_TRUE(has(nothing, R"(WWW-Authenticate: DPoP realm="postern", algs="ES256)")) << nothing;
  EXPECT_EQ(outcome(with(proof())), "200");
}

}  // namespace
}  // namespace postern::simulation
