// Which key verifies a token, and when keys are fetched for one.

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "core/token/jwt/jwt.hpp"
#include "tests/support/jwt_verified.hpp"

namespace postern::token::jwt {
namespace {

using test::JwtVerified;
using test::said;

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
  EXPECT_EQ(said(at.begin(test::signed_token(R"({"alg":"HS256"})", "{}"))), "algorithm");
}

// --- Keys that are fetched -----------------------------------------------------------------------

/// A provider whose key set is at a URL, a clock, and the fetches that the tokens ask for.
class Rotation {
 public:
  /// `file`: a key, as JSON without its closing brace, in a file beside the URL.
  explicit Rotation(const std::string& file = "")
      : at_(R"(, "jwks": {"url": "http://id.test/jwks", "cooldown_s": 30)" + member(file) + "}") {}

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
  static std::string member(const std::string& key) {
    if (key.empty()) return "";
    std::string name;  // which is what the file holds, in these tests
    for (const char c : R"({"keys":[)" + key + "}]}")
      name += c == '"' ? R"(\")" : std::string(1, c);
    return R"(, "file": ")" + name + "\"";
  }

  JwtVerified at_;
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

TEST(JwtRotation, TheKeysOfAFileServeUntilTheFirstAreFetched) {
  Rotation at(first);
  EXPECT_EQ(at.said_of(by_first), "verified") << "before anybody could be reached";
  ASSERT_TRUE(at.begin_fetch());
  at.fail_fetch();
  EXPECT_EQ(at.said_of(by_first), "verified");
  at.pass(seconds(30));
  ASSERT_TRUE(at.begin_fetch());
  at.end_fetch({other});
  EXPECT_EQ(at.said_of(by_first), "unknown-key") << "the provider has withdrawn it";
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
