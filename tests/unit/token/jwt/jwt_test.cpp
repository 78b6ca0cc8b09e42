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
  EXPECT_TRUE(policy::authorize(at.endpoint(), at.config().standard_slots, *verification.facts,
                                clock, at.config().providers[0].leeway)
                  .allowed());
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

TEST(Jwt, NothingOfThePayloadIsLookedAtBeforeTheSignatureHolds) {
  JwtVerified at;
  for (const std::string& text :
       {std::string("no JSON"), payload(R"(,"exp":1)"), payload(), std::string()}) {
    std::string token = signed_token(header, text);
    token[token.size() - 2] = token[token.size() - 2] == 'A' ? 'B' : 'A';
    EXPECT_EQ(said(at.begin(token)), "signature") << text;
  }
}

TEST(Jwt, WithoutTheYearNothingIsVerifiedAndNothingIsHeldAgainstTheToken) {
  JwtVerified at;
  const Clock clock = test::clock_with(ClockTrust::Unknown);
  EXPECT_EQ(said(at.begin(signed_token(header, payload()), clock)).substr(0, 3), "503");
  EXPECT_EQ(said(at.begin(signed_token(header, payload(R"(,"exp":1)")), clock)).substr(0, 3),
            "503");
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

// --- Keys ----------------------------------------------------------------------------------------

/// Public keys for ES256. The tokens were made with OpenSSL: issuer https://id.example, subject
/// alice, until the year 2100.
const std::string keys[] = {R"({"kty":"EC","crv":"P-256",)"
                            R"("x":"pHv-jJfsr3FOX5f1Z2So5AKh_6PytmsFLFyIWVyaRnI",)"
                            R"("y":"OZBR7bugstJo_2NjcB_VTJsZag1M2yZL5lhRUrGh0wU")",
                            R"({"kty":"EC","crv":"P-256",)"
                            R"("x":"UbUJnGTscACg6_BSoYCcTjL_9CwE5OCHsfIQG_94Gd4",)"
                            R"("y":"UtH_zosFQ2H8t7UhbJ-OnW4RcWpUwr9SkCqwuoI8Kio")",
                            R"({"kty":"EC","crv":"P-256",)"
                            R"("x":"NnPb9bkb2xhKttvHEw_Y2UpphT1vQOalA-gPTJQnm6o",)"
                            R"("y":"SiOjAq0XnRsXx8Nk-sEKVmqy1mYnNYF0ifX2iiu1zro")",
                            R"({"kty":"EC","crv":"P-256",)"
                            R"("x":"TJnLetZlCVHIsIKgK5ZeFNON8NljunDQONAr_9fzh6c",)"
                            R"("y":"Hvtd4hVy7EVx46cJ49d3BvgyjCgOQpHV-5DFW6ahfR0")",
                            R"({"kty":"EC","crv":"P-256",)"
                            R"("x":"uXu2B47Klwk9vXJdD9D7FI0pUf_KNmFW3NdjNFTWJz0",)"
                            R"("y":"GEzmKynrJpNs5vLOOVy7EseOZFsUs-gKi-TW6YawvtA")",
                            R"({"kty":"EC","crv":"P-256",)"
                            R"("x":"HobDgwfZU5cT86Eprg8DMNorbYQ8N6nkoWxXIcc3RJI",)"
                            R"("y":"C0EgoVLu70KRiMnlkKt4i7frpENi22AY7kJek5LRVAQ")"};
/// By keys[0], with kid "first".
const std::string by_first =
    "eyJhbGciOiJFUzI1NiIsImtpZCI6ImZpcnN0In0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiOiJh"
    "bGljZSIsImV4cCI6NDEwMjQ0NDgwMH0.bYgDS_11rMjkroZX5tQgk6sGeKaFRdJPZ2tlKPrfRQ8bNvSNaT7u-pvJ"
    "qD_TNSc84Cu9rtXneWvc4qRGjS0wkg";
/// By keys[1], without kid.
const std::string by_second_unnamed =
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiOiJhbGljZSIsImV4cCI6NDE"
    "wMjQ0NDgwMH0.g1q2dP6RQJyIIqaivgjK5MrZuuqxLGp7t3bnJHczhWeYa4nM1aaFl6w4HjmKTGzl89lyvfx6BX4"
    "n0V4eAdsi3g";
/// By keys[1], with kid "first".
const std::string by_second_as_first =
    "eyJhbGciOiJFUzI1NiIsImtpZCI6ImZpcnN0In0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiOiJh"
    "bGljZSIsImV4cCI6NDEwMjQ0NDgwMH0.7ADDKzbQTADHYsxWlk35c4IeJhb1kAfZ1GKmV9SfC0YheIpGc62ggZjj"
    "Lu8RlMPfBghzsy6EYu6bDwAeFFc5_A";

/// A provider with a key file of these keys; each is a JWK without its closing brace.
std::string with_keys(std::initializer_list<std::string> jwks) {
  std::string set;
  for (const std::string& jwk : jwks) set += (set.empty() ? "" : ",") + jwk + "}";
  return test::key_file("{\"keys\":[" + set + "]}");
}

TEST(JwtKeys, KidNamesTheKeyAndNoOtherIsTried) {
  JwtVerified at(with_keys({keys[0] + R"(,"kid":"first")", keys[1] + R"(,"kid":"second")"}));
  ASSERT_EQ(at.findings(), "");
  EXPECT_EQ(said(at.begin(by_first)), "verified");
  EXPECT_EQ(said(at.begin(by_second_as_first)), "signature");
}

TEST(JwtKeys, AKidThatNoKeyHasIsUnknown) {
  JwtVerified other(with_keys({keys[0] + R"(,"kid":"second")"}));
  EXPECT_EQ(said(other.begin(by_first)), "unknown-key");
  JwtVerified unnamed(with_keys({keys[0]}));
  EXPECT_EQ(said(unnamed.begin(by_first)), "unknown-key") << "kid must match if present";
}

TEST(JwtKeys, WithoutKidAFewKeysAreTried) {
  JwtVerified at(with_keys({keys[0] + R"(,"kid":"first")", keys[2], keys[3], keys[1]}));
  EXPECT_EQ(said(at.begin(by_second_unnamed)), "verified");
  JwtVerified without(with_keys({keys[0], keys[2]}));
  EXPECT_EQ(said(without.begin(by_second_unnamed)), "signature");
  JwtVerified many(with_keys({keys[0], keys[2], keys[3], keys[4], keys[1]}));
  EXPECT_EQ(said(many.begin(by_second_unnamed)), "unknown-key")
      << "not a search through all of them";
}

TEST(JwtKeys, AKeyOfAnotherTypeIsNotTried) {
  JwtVerified at(with_keys(
      {R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")"}));
  EXPECT_EQ(said(at.begin(by_second_unnamed)), "unknown-key");
}

TEST(JwtKeys, AnAlgorithmThatIsNotListedIsRefusedThoughThereIsAKey) {
  JwtVerified at(R"(, "algorithms": ["RS256"])" + with_keys({keys[0] + R"(,"kid":"first")"}));
  ASSERT_EQ(at.findings(), "");
  EXPECT_EQ(said(at.begin(by_first)), "algorithm");
}

TEST(JwtKeys, WithoutASecretNothingSymmetricIsVerified) {
  JwtVerified at(with_keys({keys[0]}));
  EXPECT_EQ(said(at.begin(signed_token(header, payload()))), "algorithm");
}

// --- Keys that are fetched -----------------------------------------------------------------------

/// A provider whose key set is at a URL, a clock, and the fetches that the tokens ask for.
class Rotation {
 public:
  std::string said_of(const std::string& token) { return said(at_.begin(token, clock_)); }
  bool begin_fetch() {
    return at_.published().begin_fetch(Document::KeySet, clock_.now).kind ==
           Published::Permit::Kind::Granted;
  }
  void end_fetch(std::initializer_list<std::string> jwks) {
    std::vector<crypto::VerificationKey> fetched;
    for (const std::string& jwk : jwks) {
      fetched.push_back(*crypto::read_key(json::Parsed(jwk + "}").root()));
    }
    at_.published().publish_keys(fetched, clock_.now, {});
  }
  void fail_fetch() { at_.published().fetch_failed(Document::KeySet, clock_.now, true); }
  void pass(Duration time) { clock_.now = clock_.now + time; }

 private:
  JwtVerified at_{R"(, "jwks": {"url": "http://id.test/jwks", "cooldown_s": 30})"};
  Clock clock_ = test::clock_with(ClockTrust::Synchronised);
};

const std::string first = keys[0] + R"(,"kid":"first")";
const std::string other = keys[2] + R"(,"kid":"other")";

TEST(JwtRotation, WithoutAnyKeyATokenWaitsForThem) {
  Rotation at;
  EXPECT_EQ(at.said_of(by_first), "need");
  ASSERT_TRUE(at.begin_fetch());
  EXPECT_EQ(at.said_of(by_first), "need");
  at.end_fetch({first});
  EXPECT_EQ(at.said_of(by_first), "verified");
}

TEST(JwtRotation, AKeyThatIsNewIsFetchedAndEveryTokenWaitsForIt) {
  Rotation at;
  ASSERT_TRUE(at.begin_fetch());
  at.end_fetch({other});
  at.pass(seconds(30));
  EXPECT_EQ(at.said_of(by_first), "need");
  ASSERT_TRUE(at.begin_fetch());
  EXPECT_EQ(at.said_of(by_first), "need") << "it is on its way";
  EXPECT_EQ(at.said_of(by_second_as_first), "need");
  at.end_fetch({first, other});
  EXPECT_EQ(at.said_of(by_first), "verified");
  EXPECT_EQ(at.said_of(by_second_as_first), "signature");
}

TEST(JwtRotation, AKeyThatAFetchDidNotBringIsNotFetchedAgainAtOnce) {
  Rotation at;
  ASSERT_TRUE(at.begin_fetch());
  at.end_fetch({other});
  EXPECT_EQ(at.said_of(by_first), "unknown-key") << "within the cool-down";
  at.pass(seconds(30));
  EXPECT_EQ(at.said_of(by_first), "need");
  ASSERT_TRUE(at.begin_fetch());
  at.end_fetch({other});
  EXPECT_EQ(at.said_of(by_first), "unknown-key");
  at.pass(seconds(31));
  EXPECT_EQ(at.said_of(by_first), "unknown-key") << "it was asked for";
  at.pass(seconds(3600));
  EXPECT_EQ(at.said_of(by_first), "need");
}

TEST(JwtRotation, AFailedFetchSaysNothingAboutAKey) {
  Rotation at;
  ASSERT_TRUE(at.begin_fetch());
  at.end_fetch({other});
  at.pass(seconds(30));
  EXPECT_EQ(at.said_of(by_first), "need");
  ASSERT_TRUE(at.begin_fetch());
  at.fail_fetch();
  at.pass(seconds(30));
  EXPECT_EQ(at.said_of(by_first), "need");
}

TEST(JwtRotation, ATokenWithoutKidThatNoKeyHasSignedMayBeFromANewerOne) {
  Rotation at;
  ASSERT_TRUE(at.begin_fetch());
  at.end_fetch({other});
  EXPECT_EQ(at.said_of(by_second_unnamed), "signature") << "within the cool-down";
  at.pass(seconds(30));
  EXPECT_EQ(at.said_of(by_second_unnamed), "need");
  ASSERT_TRUE(at.begin_fetch());
  EXPECT_EQ(at.said_of(by_second_unnamed), "need") << "it is on its way";
  at.end_fetch({keys[1]});
  EXPECT_EQ(at.said_of(by_second_unnamed), "verified");
}

TEST(JwtRotation, ATokenWithoutKidWhoseAlgorithmNoKeyHasMayBeFromANewerOne) {
  Rotation at;
  ASSERT_TRUE(at.begin_fetch());
  at.end_fetch({R"({"kty":"OKP","crv":"Ed25519",)"
                R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")"});
  EXPECT_EQ(at.said_of(by_second_unnamed), "unknown-key") << "within the cool-down";
  at.pass(seconds(30));
  EXPECT_EQ(at.said_of(by_second_unnamed), "need");
}

}  // namespace
}  // namespace postern::token::jwt
