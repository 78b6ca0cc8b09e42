#include "core/token/jwt/jwt.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/policy/authorize.hpp"
#include "tests/support/jwt_verified.hpp"

namespace postern::token::jwt {
namespace {

using test::JwtVerified;
using test::said;
using test::signed_token;

const std::string header = R"({"alg":"HS256"})";

/// A payload that is well but for `more`, members that begin with a comma. test::today is
/// 1800000000.
std::string payload(const std::string& more = R"(,"exp":1800000060)") {
  return R"({"iss":"https://id.example","sub":"alice")" + more + "}";
}

TEST(Jwt, AGoodTokenIsVerified) {
  JwtVerified at;
  ASSERT_EQ(at.findings(), "");
  EXPECT_EQ(said(at.begin(signed_token(header, payload()))), "verified");
}

TEST(Jwt, ExpMustBeThereAndTimesHaveLeeway) {
  JwtVerified at(JwtVerified::hs256 + R"(, "leeway_s": 10)");
  ASSERT_EQ(at.findings(), "");
  const auto of = [&](const std::string& times) {
    return said(at.begin(signed_token(header, payload(times))));
  };
  EXPECT_EQ(of(""), "malformed");
  EXPECT_EQ(of(R"(,"exp":null)"), "malformed");
  EXPECT_EQ(of(R"(,"exp":"1800000060")"), "malformed");
  EXPECT_EQ(of(R"(,"exp":1799999990)"), "expired");
  EXPECT_EQ(of(R"(,"exp":1799999991)"), "verified");
  EXPECT_EQ(of(R"(,"exp":1800000060,"nbf":1800000010)"), "verified");
  EXPECT_EQ(of(R"(,"exp":1800000060,"nbf":1800000011)"), "not-yet-valid");
  EXPECT_EQ(of(R"(,"exp":1800000060,"iat":1800000010)"), "verified");
  EXPECT_EQ(of(R"(,"exp":1800000060,"iat":1800000011)"), "not-yet-valid");
}

TEST(Jwt, WhatLeewayAdmitsTheRulesAdmitToo) {
  JwtVerified at(JwtVerified::hs256 + R"(, "leeway_s": 10)");
  const Clock clock = test::clock_with(ClockTrust::Synchronised);
  const Verification verification =
      at.begin(signed_token(header, payload(R"(,"exp":1799999995)")), clock);
  ASSERT_TRUE(verification.facts);
  EXPECT_EQ(verification.lifetime, Duration{}) << "used once, not remembered";
  EXPECT_TRUE(policy::authorize(at.config(), at.endpoint(), *verification.facts, clock).allowed());
}

TEST(Jwt, TheClaimsAreCheckedInTheirOrder) {
  JwtVerified at;
  const auto of = [&](const std::string& text) {
    return said(at.begin(signed_token(header, text)));
  };
  EXPECT_EQ(of(R"({"iss":"x","exp":1,"nbf":1900000000})"), "expired");
  EXPECT_EQ(of(R"({"iss":"x","exp":1900000000,"nbf":1850000000})"), "not-yet-valid");
  EXPECT_EQ(of(R"({"iss":"x","exp":1900000000,"cnf":{}})"), "issuer");
  EXPECT_EQ(of(payload(R"(,"exp":1900000000,"cnf":{"jkt":"x"})")), "bound");
}

TEST(Jwt, NamesOfTheHeaderAreNoClaims) {
  JwtVerified at;
  const auto with = [&](const std::string& name) {
    return said(
        at.begin(signed_token(header, payload(R"(,"exp":1800000060,")" + name + R"(":"x")"))));
  };
  for (const char* name : {"alg", "kid", "jwk", "jku", "x5c", "x5t", "x5u"}) {
    EXPECT_EQ(with(name), "malformed") << name;
  }
  EXPECT_EQ(with("typ"), "verified") << "a widely used provider writes it";
}

TEST(Jwt, ATokenIsNotIssuedAfterItsEnd) {
  JwtVerified at;
  EXPECT_EQ(said(at.begin(signed_token(header, payload(R"(,"exp":1800000005,"iat":1800000006)")))),
            "malformed");
}

TEST(Jwt, NothingOfThePayloadIsLookedAtBeforeTheSignatureHolds) {
  JwtVerified at;
  for (const std::string& text :
       {std::string("no JSON"), payload(R"(,"exp":1)"), payload(), std::string()}) {
    std::string token = signed_token(header, text);
    token[token.size() - 2] = token[token.size() - 2] == 'A' ? 'B' : 'A';
    EXPECT_EQ(said(at.begin(token)), "signature") << text;
  }
}

TEST(Jwt, ByAClockThatTheSectionDoesNotAllowNothingIsHeldAgainstTheToken) {
  const std::string token = signed_token(header, payload());
  JwtVerified at;
  EXPECT_EQ(at.begin(token, test::clock_with(ClockTrust::Unknown)).problem,
            ProviderError::ClockUnknown);
  EXPECT_EQ(said(at.begin(token, test::clock_with(ClockTrust::Floor))), "verified");

  JwtVerified strict(JwtVerified::hs256, "", R"("jwt")",
                     R"(, "clock": {"floor": {"tokens": "refuse"}})");
  ASSERT_EQ(strict.findings(), "");
  EXPECT_EQ(strict.begin(token, test::clock_with(ClockTrust::Floor)).problem,
            ProviderError::ClockUnknown);
  EXPECT_EQ(said(strict.begin(token, test::clock_with(ClockTrust::Synchronised))), "verified");
}

// The floor is 1799000000, the leeway 30 s.
TEST(Jwt, WhatExpiredBeforeTheFloorIsRefusedByAnyClock) {
  JwtVerified at;
  const Clock clock = test::clock_with(ClockTrust::Unknown);
  EXPECT_EQ(said(at.begin(signed_token(header, payload(R"(,"exp":1798999970)")), clock)),
            "expired");
}

TEST(Jwt, AnUnknownClockMayBeAllowedAndThenJudgesOnlyWhatTheFloorShows) {
  JwtVerified at(JwtVerified::hs256, "", R"("jwt")",
                 R"(, "clock": {"unknown": {"tokens": "allow"}})");
  ASSERT_EQ(at.findings(), "");
  const Clock clock = test::clock_with(ClockTrust::Unknown);
  const auto of = [&](const std::string& dates) {
    return at.begin(signed_token(header, payload(dates)), clock);
  };
  EXPECT_EQ(said(of(R"(,"exp":1798999970)")), "expired");
  EXPECT_EQ(said(of(R"(,"exp":1798999971)")), "verified");
  EXPECT_EQ(said(of(R"(,"exp":9000000000,"nbf":8000000000,"iat":8000000000)")), "verified")
      << "it may have begun";
  EXPECT_EQ(of(R"(,"exp":1800000060)").lifetime, Duration{}) << "nobody here can tell when it ends";
}

TEST(Jwt, TheProviderSaysWhichAlgorithmsCount) {
  JwtVerified at(R"(, "algorithms": ["HS512"], "hmac_secret_file": "long secret")");
  ASSERT_EQ(at.findings(), "");
  EXPECT_EQ(said(at.begin(signed_token(header, payload()))), "algorithm");
  EXPECT_EQ(said(at.begin(signed_token(R"({"alg":"none"})", payload()))), "algorithm");
}

TEST(Jwt, TypIsWhatTheProviderDemandsOrNotForAnotherPurpose) {
  const auto of = [](JwtVerified& at, const std::string& typ) {
    return said(at.begin(signed_token(R"({"alg":"HS256","typ":")" + typ + "\"}", payload())));
  };
  JwtVerified any;
  for (const char* typ : {"JWT", "jwt", "at+jwt", "application/at+jwt", "whatever"}) {
    EXPECT_EQ(of(any, typ), "verified") << typ;
  }
  for (const char* typ : {"logout+jwt", "dpop+jwt", "application/secevent+jwt", "X+JWT"}) {
    EXPECT_EQ(of(any, typ), "token-type") << typ;
  }
  JwtVerified strict(JwtVerified::hs256 + R"(, "typ": "at+jwt")");
  EXPECT_EQ(of(strict, "AT+jwt"), "verified");
  EXPECT_EQ(of(strict, "JWT"), "token-type");
  EXPECT_EQ(said(strict.begin(signed_token(header, payload()))), "token-type");
}

TEST(Jwt, ClaimsTooLargeToKeepAreTheTokensFaultAndNeverCut) {
  JwtVerified at(JwtVerified::hs256,
                 R"(, "enrich": [{"header": "X-Groups", "claim": "$.groups"}])");
  const std::size_t room = at.config().limits.facts_bytes;
  const std::string groups = R"(,"exp":1800000060,"groups":")" + std::string(room, 'g') + "\"";
  EXPECT_EQ(said(at.begin(signed_token(header, payload(groups)))), "facts-too-large");
}

TEST(Jwt, APayloadThatIsNotOneJsonObjectIsMalformed) {
  JwtVerified at;
  for (const std::string_view text :
       {"", "[]", "null", "\"x\"", "{", R"({"exp":1900000000,"exp":1900000000})",
        R"({"exp":1900000000} x)"}) {
    EXPECT_EQ(said(at.begin(signed_token(header, text))), "malformed") << text;
  }
}

// --- The provider's word beside
// -------------------------------------------------------------------

const std::string asks_the_provider =
    JwtVerified::hs256 +
    R"(, "introspection": {"url": "http://id.test/introspect", "client_auth": "none"},
       "cache": {"max_ttl_s": 300, "negative_ttl_s": 10, "safety_margin_s": 0})";
const std::string once_a_minute = R"("jwt", "revalidate_s": 60)";

/// What becomes of a good token whose provider answers the introspection like this.
Verification revalidated(JwtVerified& at, std::uint16_t status, std::string_view body,
                         const std::string& claims = R"(,"exp":1800000600)") {
  ProviderAnswer answer;
  answer.status = status;
  answer.content_type = "application/json";
  answer.body = body;
  return at.answered(signed_token(header, payload(claims)), answer);
}

TEST(JwtRevalidation, OnlyAGoodTokenIsAskedAbout) {
  JwtVerified at(asks_the_provider, "", once_a_minute);
  ASSERT_EQ(at.findings(), "");
  EXPECT_EQ(said(at.begin(signed_token(header, payload()))), "ask");
  EXPECT_EQ(said(at.begin(signed_token(header, payload(R"(,"exp":1)")))), "expired");
}

TEST(JwtRevalidation, ARevokedTokenIsRefusedThoughItsSignatureHolds) {
  JwtVerified at(asks_the_provider, "", once_a_minute);
  EXPECT_EQ(said(revalidated(at, 200, R"({"active":true})")), "verified");
  EXPECT_EQ(said(revalidated(at, 200, R"({"active":false})")), "inactive");
  EXPECT_EQ(said(revalidated(at, 500, "")).substr(0, 3), "503");
  EXPECT_EQ(said(revalidated(at, 200, "{}")).substr(0, 3), "503");
  EXPECT_EQ(said(revalidated(at, 200, R"({"active":true})", R"(,"exp":1)")), "expired")
      << "an active one must hold as well";
}

TEST(JwtRevalidation, WhatWasFoundIsRememberedUntilTheNextQuestion) {
  JwtVerified at(asks_the_provider, "", once_a_minute);
  EXPECT_EQ(revalidated(at, 200, R"({"active":true})").lifetime, seconds(60));
  EXPECT_EQ(revalidated(at, 200, R"({"active":true})", R"(,"exp":1800000020)").lifetime,
            seconds(20));
  EXPECT_EQ(revalidated(at, 200, R"({"active":true,"exp":1800000010})").lifetime, seconds(10));
}

TEST(JwtRevalidation, TheClaimsAreThoseOfTheToken) {
  JwtVerified at(asks_the_provider, R"(, "enrich": [{"header": "X-Sub", "claim": "$.sub"}])",
                 once_a_minute);
  const auto verification = revalidated(at, 200, R"({"active":true,"sub":"mallory"})");
  ASSERT_TRUE(verification.facts);
  EXPECT_EQ(verification.facts->claim(at.endpoint().enrich[0].slot).string(), "alice");
}

}  // namespace
}  // namespace postern::token::jwt
