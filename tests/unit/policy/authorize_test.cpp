#include "core/policy/authorize.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/introspected.hpp"

namespace postern::policy {
namespace {

/// The decision of an endpoint with these rules on a token with these claims, as the access log
/// names it: "ok", or why not. Both are members in JSON.
std::string decided(const std::string& rules, const std::string& claims,
                    ClockTrust trust = ClockTrust::Synchronised,
                    const std::string& clock_section = "") {
  test::Introspected at("", R"(, "authorize": {)" + rules + "}", "", clock_section);
  if (!at.findings().empty()) return at.findings();
  token::ProviderAnswer answer;
  answer.status = 200;
  answer.content_type = "application/json";
  const std::string body = R"({"active": true)" + (claims.empty() ? "" : ", " + claims) + "}";
  answer.body = body;
  const token::Verification verification =
      at.answered(answer, test::clock_with(ClockTrust::Unknown));
  if (!verification.facts) return "no facts";
  const Decision decision =
      authorize(at.config(), at.endpoint(), *verification.facts, test::clock_with(trust));
  return decision.allowed() ? "ok" : std::string(why(*decision.refusal));
}

TEST(Authorize, WithoutRulesAnyVerifiedTokenWillDo) { EXPECT_EQ(decided("", ""), "ok"); }

TEST(Authorize, ScopesAreWholeWords) {
  const std::string rule = R"("scopes": {"all": ["read"]})";
  EXPECT_EQ(decided(rule, R"("scope": "write read")"), "ok");
  EXPECT_EQ(decided(rule, R"("scope": "  read ")"), "ok");
  EXPECT_EQ(decided(rule, R"("scope": ["write", "read"])"), "ok");
  EXPECT_EQ(decided(rule, R"("scp": ["read"])"), "ok");
  for (const char* claims : {"", R"("scope": "")", R"("scope": "reader")", R"("scope": "Read")",
                             R"("scope": "write\tread")", R"("scope": ["write read"])",
                             R"("scope": {"read": true})", R"("scope": null)"}) {
    EXPECT_EQ(decided(rule, claims), "scope") << claims;
  }
}

TEST(Authorize, ScopeRulesSayAnyAllExactNone) {
  const auto holds = [](const char* match, const char* granted) {
    return decided(R"("scopes": {")" + std::string(match) + R"(": ["a", "b"]})",
                   R"("scope": ")" + std::string(granted) + "\"") == "ok";
  };
  EXPECT_TRUE(holds("any", "b c"));
  EXPECT_FALSE(holds("any", "c"));
  EXPECT_TRUE(holds("all", "c b a"));
  EXPECT_FALSE(holds("all", "a"));
  EXPECT_TRUE(holds("exact", "b a b"));
  EXPECT_FALSE(holds("exact", "a b c"));
  EXPECT_TRUE(holds("none", "c"));
  EXPECT_TRUE(holds("none", ""));
  EXPECT_FALSE(holds("none", "c a"));
}

TEST(Authorize, ClaimRulesSayAnyAllExactNone) {
  const auto holds = [](const char* match, const char* claim) {
    return decided(R"("claims": [{"claim": "$.g", "match": ")" + std::string(match) +
                       R"(", "values": ["a", 7]}])",
                   std::string(claim)) == "ok";
  };
  EXPECT_TRUE(holds("any", R"("g": "a")"));
  EXPECT_TRUE(holds("any", R"("g": ["x", 7])"));
  EXPECT_FALSE(holds("any", R"("g": "7")")) << "a string is not a number";
  EXPECT_FALSE(holds("any", R"("g": "A")"));
  EXPECT_FALSE(holds("any", ""));
  EXPECT_TRUE(holds("all", R"("g": [7, "x", "a"])"));
  EXPECT_FALSE(holds("all", R"("g": "a")"));
  EXPECT_TRUE(holds("exact", R"("g": [7, "a", 7])"));
  EXPECT_FALSE(holds("exact", R"("g": [7, "a", "x"])"));
  EXPECT_FALSE(holds("exact", R"("g": [])"));
  EXPECT_TRUE(holds("none", ""));
  EXPECT_TRUE(holds("none", R"("g": ["x"])"));
  EXPECT_FALSE(holds("none", R"("g": ["x", "a"])"));
  EXPECT_FALSE(holds("none", R"("g": {"a": 1})")) << "what cannot be compared satisfies no rule";
}

TEST(Authorize, AudienceIssuerAndClientAreExact) {
  const std::string audience = R"("audience": ["urn:a", "urn:b"])";
  EXPECT_EQ(decided(audience, R"("aud": "urn:b")"), "ok");
  EXPECT_EQ(decided(audience, R"("aud": ["x", "urn:a"])"), "ok");
  EXPECT_EQ(decided(audience, R"("aud": "urn:a urn:b")"), "audience");
  EXPECT_EQ(decided(audience, ""), "audience");
  const std::string issuers = R"("issuers": ["http://i"])";
  EXPECT_EQ(decided(issuers, R"("iss": "http://i")"), "ok");
  EXPECT_EQ(decided(issuers, R"("iss": "http://i/")"), "issuer");
  EXPECT_EQ(decided(issuers, ""), "issuer");
  const std::string clients = R"("clients": ["c"])";
  EXPECT_EQ(decided(clients, R"("client_id": "c")"), "ok");
  EXPECT_EQ(decided(clients, R"("client_id": ["c"])"), "client");
  EXPECT_EQ(decided(clients, R"("azp": "c")"), "client");
}

TEST(Authorize, TimesAreComparedAtEveryRequest) {
  EXPECT_EQ(decided("", R"("exp": 1800000001)"), "ok");
  EXPECT_EQ(decided("", R"("exp": 1799999971)"), "ok") << "our clock may be ahead";
  EXPECT_EQ(decided("", R"("exp": 1799999970)"), "expired");
  EXPECT_EQ(decided("", R"("nbf": 1800000030)"), "ok") << "the issuer's clock may be ahead";
  EXPECT_EQ(decided("", R"("nbf": 1800000031)"), "not-yet-valid");
}

TEST(Authorize, AnAgeNeedsADate) {
  const std::string rule = R"("max_token_age_s": 60)";
  EXPECT_EQ(decided(rule, R"("iat": 1799999940)"), "ok");
  EXPECT_EQ(decided(rule, R"("iat": 1799999939)"), "too-old");
  EXPECT_EQ(decided(rule, ""), "too-old");
  EXPECT_EQ(decided(rule, R"("iat": 1800000031)"), "not-yet-valid");
}

// The floor is 1799000000.
TEST(Authorize, ByAnUnknownClockNothingOfWhatWasVerifiedEndsAfterTheFloor) {
  EXPECT_EQ(decided("", R"("exp": 1799000001, "nbf": 9000000000)", ClockTrust::Unknown), "ok");
  EXPECT_EQ(decided("", R"("exp": 1799999970)", ClockTrust::Floor), "expired");
}

TEST(Authorize, AnAgeIsJudgedByTheClocksTheSectionAllows) {
  const std::string rule = R"("max_token_age_s": 60)";
  const std::string young = R"("iat": 1799999990)";
  EXPECT_EQ(decided(rule, young, ClockTrust::Unknown), "clock");
  EXPECT_EQ(decided(rule, young, ClockTrust::Floor), "ok");

  const std::string strict = R"(, "clock": {"floor": {"tokens": "refuse"}})";
  EXPECT_EQ(decided(rule, young, ClockTrust::Floor, strict), "clock");
  EXPECT_EQ(decided(rule, young, ClockTrust::Synchronised, strict), "ok");

  const std::string lax = R"(, "clock": {"unknown": {"tokens": "allow"}})";
  EXPECT_EQ(decided(rule, young, ClockTrust::Unknown, lax), "ok");
}

TEST(Authorize, WhatWasTooOldAtTheFloorIsTooOldByAnyClock) {
  EXPECT_EQ(decided(R"("max_token_age_s": 60)", R"("iat": 1798999939)", ClockTrust::Unknown),
            "too-old");
}

TEST(Authorize, WhatIsWrongWithTheTokenComesBeforeWhatItDoesNotPermit) {
  const std::string rules =
      R"("scopes": {"all": ["read"]}, "audience": ["a"], "clients": ["c"],
         "claims": [{"claim": "$.g", "match": "any", "values": ["g"]}])";
  EXPECT_EQ(decided(rules, R"("exp": 1799999970)"), "expired");
  EXPECT_EQ(decided(rules, ""), "audience");
  EXPECT_EQ(decided(rules, R"("aud": "a")"), "scope");
  EXPECT_EQ(decided(rules, R"("aud": "a", "scope": "read")"), "claim");
  EXPECT_EQ(decided(rules, R"("aud": "a", "scope": "read", "g": "g")"), "client");
  EXPECT_EQ(decided(rules, R"("aud": "a", "scope": "read", "g": "g", "client_id": "c")"), "ok");
}

}  // namespace
}  // namespace postern::policy
