// Any byte of a valid token that is changed, left out or added makes it worthless. One token per
// algorithm, from the outside vectors.

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/token/jwt/verifier.hpp"

namespace postern::token::jwt {
namespace {

using test::VectorFile;
using test::Verifier;

/// A valid token, and what verifies it.
struct Example {
  std::string algorithm;
  std::string token;
  std::string key_set;
  std::string secret;
};

/// No outside vector has a token with ES384; this one was made with OpenSSL.
Example es384() {
  return {"ES384",
          "eyJhbGciOiJFUzM4NCJ9.eyJzdWIiOiJhbGljZSJ9.PzUcvmzpdsoicX4qQ4rbXVjXs1Eqa7RrByAiZmTscM"
          "Gm_6xpFW-mOnsoh3Rbgk9-jsagfBG9v0cEHT2X-rgHvY9tcHARm3VKZrkAteGESncHJUxGBj9pV0T_54BiEd"
          "tZ",
          R"({"keys":[{"kty":"EC","crv":"P-384",)"
          R"("x":"xdIdx2p6uTEYalBgvdGgOq70-w48MKvOIBTAvvt8crJ7RLczyWq1SetUWjZkod2l",)"
          R"("y":"jujohKamv--5VCFvaL9tRelquBJLadTiky6WfWfKOBwqrez5HlCjdiC-piiRFlKD"}]})",
          ""};
}

void add_rfc_examples(const VectorFile& file, std::vector<Example>& examples) {
  const std::map<std::string, std::string, std::less<>> algorithms{{"rfc7515-A1", "HS256"},
                                                                   {"rfc7515-A2", "RS256"},
                                                                   {"rfc7515-A3", "ES256"},
                                                                   {"rfc7515-A4", "ES512"},
                                                                   {"rfc8037-A4", "EdDSA"}};
  for (const json::Value example : file.root().member("cases")) {
    const auto algorithm = algorithms.find(example.member("id").text());
    if (algorithm == algorithms.end()) continue;
    const json::Value key = file.root().member("keys").member(example.member("key").text());
    const json::Value secret = key.member("k");
    examples.push_back({algorithm->second, std::string(example.member("jws").text()),
                        test::key_set_of(key),
                        secret.present() ? test::unbase64(secret.text()) : ""});
  }
}

/// The first valid token of each algorithm that the RFCs have no example for.
void add_wycheproof_examples(const VectorFile& file, std::vector<Example>& examples) {
  std::set<std::string> wanted{"RS384", "RS512", "PS256", "PS384", "PS512", "HS384", "HS512"};
  test::for_each_test(file, [&](json::Value group, json::Value test) {
    const json::Value keys = group.member(group.member("public").present() ? "public" : "private");
    const json::Value key = keys.member("keys").present() ? keys.member("keys").element(0) : keys;
    if (!key.member("alg").present()) return;
    const std::string algorithm(key.member("alg").text());
    if (test.member("result").text() != "valid" || wanted.erase(algorithm) == 0) return;
    const json::Value secret = key.member("k");
    examples.push_back({algorithm, std::string(test.member("jws").text()), test::key_set_of(key),
                        secret.present() ? test::unbase64(secret.text()) : ""});
  });
}

class Mutation : public testing::Test {
 protected:
  void SetUp() override {
    const auto rfc = VectorFile::open("rfc-jose", "jws.json");
    const auto signatures = VectorFile::open("wycheproof", "json_web_signature_test.json");
    const auto keys = VectorFile::open("wycheproof", "json_web_key_test.json");
    if (rfc == nullptr || signatures == nullptr || keys == nullptr) {
      GTEST_SKIP() << "no rfc-jose or Wycheproof in ../shared/vectors";
    }
    examples_.push_back(es384());
    add_rfc_examples(*rfc, examples_);
    add_wycheproof_examples(*signatures, examples_);
    add_wycheproof_examples(*keys, examples_);
  }

  std::vector<Example> examples_;
};

TEST_F(Mutation, StartsFromAValidTokenOfEveryAlgorithm) {
  std::set<std::string> algorithms;
  for (const Example& example : examples_) {
    algorithms.insert(example.algorithm);
    EXPECT_TRUE(Verifier(example.key_set, example.secret).accepts(example.token))
        << example.algorithm;
  }
  EXPECT_EQ(algorithms, std::set<std::string>(std::begin(crypto::signature_algorithm_names),
                                              std::end(crypto::signature_algorithm_names)));
}

TEST_F(Mutation, AnyOtherDigitInAnyPlaceIsRefused) {
  for (const Example& example : examples_) {
    const Verifier verifier(example.key_set, example.secret);
    std::string token = example.token;
    for (std::size_t at = 0; at < token.size(); ++at) {
      const char right = token[at];
      // Another digit, so that all but the signature is still well-formed.
      const std::size_t digit = test::base64url_digits.find(right);
      token[at] = test::base64url_digits[(digit + 1 + at % 63) % 64];
      EXPECT_FALSE(verifier.accepts(token)) << example.algorithm << " at " << at;
      token[at] = right;
    }
  }
}

TEST_F(Mutation, AnyFlippedBitIsRefused) {
  // Every bit for those that are quickly checked, one bit of every byte for the others.
  const std::set<std::string> quick{"HS256", "RS256", "EdDSA"};
  for (const Example& example : examples_) {
    const Verifier verifier(example.key_set, example.secret);
    const std::size_t step = quick.contains(example.algorithm) ? 1 : 9;
    std::string token = example.token;
    for (std::size_t bit = 0; bit < 8 * token.size(); bit += step) {
      const char right = token[bit / 8];
      token[bit / 8] = static_cast<char>(right ^ 1 << bit % 8);
      EXPECT_FALSE(verifier.accepts(token)) << example.algorithm << " bit " << bit;
      token[bit / 8] = right;
    }
  }
}

TEST_F(Mutation, AnyByteLeftOutOrDoubledAndAnyCutIsRefused) {
  for (const Example& example : examples_) {
    const Verifier verifier(example.key_set, example.secret);
    for (std::size_t at = 0; at < example.token.size(); ++at) {
      std::string shorter = example.token;
      shorter.erase(at, 1);
      EXPECT_FALSE(verifier.accepts(shorter)) << example.algorithm << " without " << at;
      std::string longer = example.token;
      longer.insert(at, 1, longer[at]);
      EXPECT_FALSE(verifier.accepts(longer)) << example.algorithm << " twice " << at;
      EXPECT_FALSE(verifier.accepts(std::string_view(example.token).substr(0, at)))
          << example.algorithm << " cut at " << at;
    }
  }
}

}  // namespace
}  // namespace postern::token::jwt
