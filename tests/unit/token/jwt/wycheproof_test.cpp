// Wycheproof: JSON Web Signatures and JSON Web Keys. What is stated as valid verifies, or is
// refused by a policy that stands here by name; nothing else verifies.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>

#include "tests/unit/token/jwt/verifier.hpp"

namespace postern::token::jwt {
namespace {

using test::Tally;
using test::VectorFile;
using test::Verifier;

using Policies = std::map<std::string, std::string>;  // tcId -> why

std::string id_of(json::Value test) { return std::string(test.member("tcId").number_text()); }

json::Value keys_of(json::Value group) {
  const json::Value published = group.member("public");
  return published.present() ? published : group.member("private");
}

/// A group's secret, which an operator would put into hmac_secret_file; empty for other groups.
std::string secret_of(json::Value group) {
  return test::unbase64(group.member("private").member("k").present()
                            ? group.member("private").member("k").text()
                            : "");
}

TEST(WycheproofJws, EveryCaseIsDecidedAsStatedOrByAPolicy) {
  const auto file = VectorFile::open("wycheproof", "json_web_signature_test.json");
  if (file == nullptr) GTEST_SKIP() << "no Wycheproof in ../shared/vectors";
  ASSERT_TRUE(file->ok());
  const Policies refused_by_policy{
      {"346", "the key says PS256, the token PS384: a key's alg binds (RFC 8725 section 3.1)"},
      {"350", "the same key with key_ops"},
      {"347", "the key says ES521, which no RFC knows: it verifies nothing"},
      {"351", "the same key with key_ops"},
      {"372", "a character in the header that base64url does not have"},
      {"373", "a character in the payload that base64url does not have"},
  };
  // The file lost what made these wrong: they are byte for byte 357, which it states as valid.
  const Policies really_valid{{"367", "357 without its padding"}, {"370", "likewise"}};
  std::string jws_357;
  int policy_count = 0;
  const Tally tally = test::for_each_test(*file, [&](json::Value group, json::Value test) {
    const std::string id = id_of(test);
    const std::string_view jws = test.member("jws").text();
    if (id == "357") jws_357 = jws;
    bool expected = test.member("result").text() == "valid";
    if (refused_by_policy.contains(id)) {
      ASSERT_TRUE(expected) << test::title(test);
      expected = false;
      ++policy_count;
    }
    if (really_valid.contains(id)) {
      ASSERT_EQ(jws, jws_357);
      expected = true;
    }
    const std::string key_set = test::key_set_of(keys_of(group));
    EXPECT_EQ(Verifier(key_set, secret_of(group)).accepts(jws), expected) << test::title(test);
    // Without a secret file no HS* verifies, whatever the key set holds; the rest is as before.
    EXPECT_EQ(Verifier(key_set).accepts(jws), expected && secret_of(group).empty())
        << test::title(test);
  });
  EXPECT_EQ(tally, (Tally{46, 0, 355}));
  EXPECT_EQ(policy_count, 6);
}

TEST(WycheproofJwk, EveryKeySetIsUsedAsStatedAndNeverForASecret) {
  const auto file = VectorFile::open("wycheproof", "json_web_key_test.json");
  if (file == nullptr) GTEST_SKIP() << "no Wycheproof in ../shared/vectors";
  ASSERT_TRUE(file->ok());
  const std::string published_secret =
      "a secret in a key set is known to everybody: HS* takes its key from a file";
  const Policies refused_by_policy{{"2", published_secret},
                                   {"13", published_secret},
                                   {"14", published_secret},
                                   {"15", published_secret}};
  int policy_count = 0;
  const Tally tally = test::for_each_test(*file, [&](json::Value group, json::Value test) {
    const bool policy = refused_by_policy.contains(id_of(test));
    policy_count += policy ? 1 : 0;
    const bool valid = test.member("result").text() == "valid";
    ASSERT_TRUE(valid || !policy);
    EXPECT_EQ(Verifier(test::key_set_of(keys_of(group))).accepts(test.member("jws").text()),
              valid && !policy)
        << test::title(test);
  });
  EXPECT_EQ(tally, (Tally{5, 0, 21}));
  EXPECT_EQ(policy_count, 4);
}

TEST(WycheproofJwk, ASecretFromAFileIsAtLeastAsLongAsTheDigest) {
  const auto file = VectorFile::open("wycheproof", "json_web_key_test.json");
  if (file == nullptr) GTEST_SKIP() << "no Wycheproof in ../shared/vectors";
  ASSERT_TRUE(file->ok());
  std::map<std::string, int> count;
  test::for_each_test(*file, [&](json::Value group, json::Value test) {
    const std::string comment(test.member("comment").text());
    if (comment != "key_too_short" && comment != "long_key" && comment != "empty_key") return;
    ++count[comment];
    const std::string secret =
        test::unbase64(keys_of(group).member("keys").element(0).member("k").text());
    EXPECT_EQ(Verifier("", secret).accepts(test.member("jws").text()), comment == "long_key")
        << test::title(test);
  });
  EXPECT_EQ(count,
            (std::map<std::string, int>{{"key_too_short", 3}, {"long_key", 3}, {"empty_key", 3}}));
}

}  // namespace
}  // namespace postern::token::jwt
