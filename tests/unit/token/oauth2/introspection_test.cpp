#include "core/token/oauth2/introspection.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "tests/support/introspected.hpp"

namespace postern::token {
namespace {

using test::Introspected;

/// What became of it: "verified", or the word for the refusal or the fault.
std::string said(const Verification& verification) {
  switch (verification.kind) {
    case Verification::Kind::Verified:
      return "verified";
    case Verification::Kind::Refused:
      return std::string(name(verification.refusal));
    case Verification::Kind::Undecided:
      return verification.lifetime == Duration{} ? "503 " + std::string(name(verification.problem))
                                                 : "a fault that is remembered";
    case Verification::Kind::Ask:
      return "ask";
    case Verification::Kind::Need:
      return "need";
    case Verification::Kind::Passed:
      return "passed";
  }
  return {};
}
bool is_fault(const Verification& verification) {
  return verification.kind == Verification::Kind::Undecided;
}

const std::string issuer = R"(, "issuer": "http://id.test")";
const std::string cache =
    R"(, "cache": {"max_ttl_s": 300, "negative_ttl_s": 10, "safety_margin_s": 5})";
const std::string status_mode = R"(, "mode": "status")";

TEST(Introspection, AnActiveTokenIsVerified) {
  Introspected at;
  ASSERT_EQ(at.findings(), "");
  EXPECT_EQ(said(at.answered(200, R"({"active": true})")), "verified");
}

TEST(Introspection, AnInactiveTokenIsRefusedEvenWithStatus200) {
  Introspected at;
  EXPECT_EQ(said(at.answered(200, R"({"active": false})")), "inactive");
  EXPECT_EQ(said(at.answered(200, R"({"active": false, "sub": "s", "exp": 1900000000})")),
            "inactive");
}

TEST(Introspection, OnlyTheBooleanTrueIsActive) {
  Introspected at;
  for (const char* active : {R"("true")", "1", "null", "[true]", "{}", R"("")"}) {
    EXPECT_TRUE(is_fault(at.answered(200, R"({"active": )" + std::string(active) + "}"))) << active;
  }
  EXPECT_TRUE(is_fault(at.answered(200, R"({"sub": "s"})")));
  EXPECT_TRUE(is_fault(at.answered(200, R"({"Active": true})")));
}

TEST(Introspection, AnAnswerThatIsNotOneJsonObjectIsTheProvidersFault) {
  Introspected at;
  for (const char* body :
       {"", "true", "[]", "{", R"({"active": true} x)", "<html></html>",
        R"({"active": false, "active": true})", "{\"active\": true, \"a\": \"\xFF\"}"}) {
    EXPECT_TRUE(is_fault(at.answered(200, body))) << body;
  }
  EXPECT_TRUE(is_fault(at.answered(200, R"({"active": true})", "text/html")));
}

TEST(Introspection, AnyOtherStatusIsTheProvidersFaultAndSaysNothingOfTheToken) {
  Introspected at;
  for (const std::uint16_t status : std::initializer_list<std::uint16_t>{
           201, 204, 301, 302, 400, 401, 403, 404, 408, 429, 500, 502, 503, 599}) {
    EXPECT_TRUE(is_fault(at.answered(status, R"({"active": true})"))) << status;
    EXPECT_TRUE(is_fault(at.answered(status, R"({"active": false})"))) << status;
  }
}

TEST(Introspection, InModeStatusTheStatusIsTheAnswer) {
  Introspected at("", "", status_mode);
  ASSERT_EQ(at.findings(), "");
  EXPECT_EQ(said(at.answered(200, "ok", "text/plain")), "verified");
  EXPECT_EQ(said(at.answered(200, "", "")), "verified");
  EXPECT_EQ(said(at.answered(200, R"({"sub": "s"})")), "verified");
  EXPECT_EQ(said(at.answered(200, R"({"active": false})")), "inactive");
  EXPECT_TRUE(is_fault(at.answered(200, "{")));
  for (const std::uint16_t status : std::initializer_list<std::uint16_t>{400, 404, 410}) {
    EXPECT_EQ(said(at.answered(status, "")), "inactive") << status;
  }
  for (const std::uint16_t status : std::initializer_list<std::uint16_t>{302, 408, 429, 500, 503}) {
    EXPECT_TRUE(is_fault(at.answered(status, ""))) << status;
  }
}

TEST(Introspection, AnotherIssuerIsRefusedAndAnAbsentOneIsNot) {
  Introspected at(issuer);
  EXPECT_EQ(said(at.answered(200, R"({"active": true, "iss": "http://id.test"})")), "verified");
  EXPECT_EQ(said(at.answered(200, R"({"active": true})")), "verified");
  EXPECT_EQ(said(at.answered(200, R"({"active": true, "iss": null})")), "verified");
  EXPECT_EQ(said(at.answered(200, R"({"active": true, "iss": "http://id.test/"})")), "issuer");
  EXPECT_TRUE(is_fault(at.answered(200, R"({"active": true, "iss": ["http://id.test"]})")));
}

TEST(Introspection, ATokenThatNeedsAProofIsRefused) {
  Introspected at;
  EXPECT_EQ(at.answered(200, R"({"active": true, "cnf": {"x5t#S256": "a"}})").refusal,
            Refusal::Bound);
  EXPECT_EQ(at.answered(200, R"({"active": true, "token_type": "DPoP"})").refusal, Refusal::Bound);
  EXPECT_EQ(at.answered(200, R"({"active": true, "token_type": "refresh_token"})").refusal,
            Refusal::WrongType);
}

TEST(Introspection, FactsLiveUntilTheMarginBeforeExpiryAndNoLongerThanConfigured) {
  Introspected at(cache);
  const auto lifetime = [&](const char* more) {
    return at.answered(200, R"({"active": true)" + std::string(more) + "}").lifetime;
  };
  EXPECT_EQ(lifetime(""), seconds(300));
  EXPECT_EQ(lifetime(R"(, "exp": 1800000100)"), seconds(95));
  EXPECT_EQ(lifetime(R"(, "exp": 1800009999)"), seconds(300));
  EXPECT_EQ(lifetime(R"(, "exp": 1800000003)"), seconds(0)) << "used once, not remembered";
  EXPECT_EQ(at.answered(200, R"({"active": false})").lifetime, seconds(10));
}

TEST(Introspection, AnExpiredTokenIsRefusedWhateverTheProviderSays) {
  Introspected at;
  EXPECT_EQ(said(at.answered(200, R"({"active": true, "exp": 1800000000})")), "expired");
  EXPECT_EQ(said(at.answered(200, R"({"active": true, "exp": 1800000001})")), "verified");
  EXPECT_TRUE(is_fault(at.answered(200, R"({"active": true, "exp": "soon"})")));
  EXPECT_TRUE(is_fault(at.answered(200, R"({"active": true, "exp": 1e400})")));
}

TEST(Introspection, WhileTheClockIsUnknownTheProviderDecidesEveryTime) {
  Introspected at;
  ProviderAnswer answer;
  answer.status = 200;
  answer.content_type = "application/json";
  answer.body = R"({"active": true, "exp": 1799000001})";
  const Verification verification = at.answered(answer, test::clock_with(ClockTrust::Unknown));
  EXPECT_EQ(said(verification), "verified");
  EXPECT_EQ(verification.lifetime, Duration{});
}

TEST(Introspection, WhatExpiredBeforeTheFloorIsRefusedByAnyClock) {
  Introspected at;
  ProviderAnswer answer;
  answer.status = 200;
  answer.content_type = "application/json";
  answer.body = R"({"active": true, "exp": 1799000000})";
  EXPECT_EQ(said(at.answered(answer, test::clock_with(ClockTrust::Unknown))), "expired");
}

TEST(Introspection, ClaimsTooLargeToKeepAreAFaultAndNeverCut) {
  Introspected at("", R"(, "enrich": [{"header": "X-Groups", "claim": "$.groups"}])");
  const std::string body = R"({"active": true, "groups": ")" + std::string(600, 'g') + "\"}";
  EXPECT_EQ(at.answered(200, body).problem, ProviderError::FactsTooLarge);
}

TEST(Introspection, AFaultPassesOnWhenToComeBackWithinReason) {
  Introspected at;
  ProviderAnswer answer;
  answer.status = 503;
  answer.retry_after_s = 7;
  EXPECT_EQ(at.answered(answer).retry_after_s, 7U);
  answer.retry_after_s = 86'400;
  EXPECT_EQ(at.answered(answer).retry_after_s, retry_after_max_s);
  answer.retry_after_s = 0;
  EXPECT_EQ(at.answered(answer).retry_after_s, 1U);
  answer.retry_after_s.reset();
  EXPECT_GE(at.answered(answer).retry_after_s, 1U);
}

}  // namespace
}  // namespace postern::token
