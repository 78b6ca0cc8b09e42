#include "core/crypto/jwk.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/signature_memory.hpp"
#include "tests/support/vectors.hpp"

namespace postern::crypto {
namespace {

// RFC 7517 appendix A.1, and RFC 8037 appendix A.2.
const std::string ec =
    R"("kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",)"
    R"("y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM")";
const std::string ed =
    R"("kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")";
/// A modulus of 2048 bits; `more` makes another one of it.
std::string rsa(char more = 'B') {
  return R"("kty":"RSA","e":"AQAB","n":"gA)" + std::string(338, 'A') + more + R"(Q")";
}

std::string algorithms_of(const VerificationKey& key) {
  std::string text;
  for (std::size_t i = 0; i < signature_algorithm_count; ++i) {
    if (!key.algorithms.contains(static_cast<SignatureAlgorithm>(i))) continue;
    text += (text.empty() ? "" : " ") + std::string(signature_algorithm_names[i]);
  }
  return text;
}

/// What a key with these members verifies; "" when it is refused.
std::string verifies(const std::string& members) {
  const json::Parsed document("{" + members + "}");
  const auto key = document.ok() ? read_key(document.root()) : std::nullopt;
  return key ? algorithms_of(*key) : "";
}

TEST(Jwk, TypeAndCurveSayWhatItVerifies) {
  EXPECT_EQ(verifies(rsa()), "RS256 RS384 RS512 PS256 PS384 PS512");
  EXPECT_EQ(verifies(ec), "ES256");
  EXPECT_EQ(verifies(ed), "EdDSA");
  EXPECT_EQ(verifies(R"("kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH")"),
            "")
      << "a secret that was published";
  EXPECT_EQ(verifies(R"("kty":"XYZ")"), "");
  EXPECT_EQ(verifies(""), "");
}

TEST(Jwk, AlgNarrowsItToOne) {
  EXPECT_EQ(verifies(rsa() + R"(,"alg":"PS384")"), "PS384");
  EXPECT_EQ(verifies(ec + R"(,"alg":"ES256")"), "ES256");
  EXPECT_EQ(verifies(ed + R"(,"alg":"EdDSA")"), "EdDSA");
  for (const char* alg : {R"("ES256")", R"("HS256")", R"("none")", R"("RSA-OAEP")", R"("rs256")",
                          R"("")", "null", "1", R"(["RS256"])"}) {
    EXPECT_EQ(verifies(rsa() + R"(,"alg":)" + alg), "") << alg;
  }
  EXPECT_EQ(verifies(ec + R"(,"alg":"ES384")"), "");
}

TEST(Jwk, UseAndKeyOpsMustAllowToVerify) {
  EXPECT_EQ(verifies(ec + R"(,"use":"sig")"), "ES256");
  for (const char* use : {R"("enc")", R"("SIG")", R"("")", "null", "1", R"(["sig"])"}) {
    EXPECT_EQ(verifies(ec + R"(,"use":)" + use), "") << use;
  }
  EXPECT_EQ(verifies(ec + R"(,"key_ops":["verify"])"), "ES256");
  EXPECT_EQ(verifies(ec + R"(,"key_ops":["sign","verify"])"), "ES256");
  for (const char* operations :
       {R"(["sign"])", R"(["encrypt"])", R"([])", R"("verify")", "null", R"([["verify"]])"}) {
    EXPECT_EQ(verifies(ec + R"(,"key_ops":)" + operations), "") << operations;
  }
  EXPECT_EQ(verifies(ec + R"(,"use":"enc","key_ops":["verify"])"), "");
}

TEST(Jwk, KidIsATextOfBoundedLength) {
  const auto with_kid = [](const std::string& kid) { return verifies(ec + R"(,"kid":)" + kid); };
  EXPECT_EQ(with_kid(R"("k")"), "ES256");
  EXPECT_EQ(with_kid("\"" + std::string(kid_bytes_max, 'k') + "\""), "ES256");
  EXPECT_EQ(with_kid("\"" + std::string(kid_bytes_max + 1, 'k') + "\""), "");
  for (const char* kid : {"7", "null", R"(["k"])", R"("k\u0000")"}) EXPECT_EQ(with_kid(kid), "");
}

TEST(Jwk, NumbersAreStrictBase64url) {
  const auto with_x = [](const std::string& x) {
    return verifies(R"("kty":"OKP","crv":"Ed25519","x":)" + x);
  };
  EXPECT_EQ(with_x(R"("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")"), "EdDSA");
  for (const char* x :
       {R"("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=")",
        R"("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo")",
        R"("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp")",
        R"(" 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")", R"("")", "null", "1"}) {
    EXPECT_EQ(with_x(x), "") << x;
  }
}

TEST(Jwk, PrivatePartsAndCertificatesAreNotLookedAt) {
  EXPECT_EQ(verifies(ec + R"(,"d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE")"), "ES256");
  EXPECT_EQ(verifies(ec + R"(,"x5c":["AAAA"],"x5u":"http://attacker.example/","x5t":1)"), "ES256");
}

/// The usable keys of a set, as "algorithms" in their order, separated by "; ".
std::string usable(const std::string& document_text, std::size_t room = 8) {
  const json::Parsed document(document_text);
  std::vector<VerificationKey> keys(room);
  const std::size_t count = document.ok() ? read_key_set(document.root(), keys) : 0;
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "" : "; ") + algorithms_of(keys[i]);
  return text;
}
std::string set_of(const std::string& keys) { return R"({"keys":[)" + keys + "]}"; }
std::string named(const std::string& key, const std::string& kid) {
  return "{" + key + R"(,"kid":")" + kid + "\"}";
}

TEST(KeySet, UnusableKeysAreSkipped) {
  EXPECT_EQ(usable(set_of("null,{},{" + ec + R"(},"x",{)" + ed + "},[]")), "ES256; EdDSA");
  EXPECT_EQ(usable(set_of("{" + ec + R"(,"use":"enc"},{)" + ed + "}")), "EdDSA");
}

TEST(KeySet, WhatIsNoKeySetHasNoKeys) {
  for (const std::string& text :
       {std::string("{}"), std::string("[]"), std::string("null"), "{" + ec + "}",
        std::string(R"({"keys":null})"), R"({"keys":{"a":{)" + ec + "}}}",
        R"({"Keys":[{)" + ec + "}]}", R"([{)" + ec + "}]"}) {
    EXPECT_EQ(usable(text), "") << text;
  }
}

TEST(KeySet, TheFirstOnesAreKeptWhereThereAreMore) {
  const std::string three = named(ec, "1") + "," + named(ed, "2") + "," + named(ec, "3");
  EXPECT_EQ(usable(set_of(three), 2), "ES256; EdDSA");
  EXPECT_EQ(usable(set_of("{}," + three), 2), "ES256; EdDSA") << "unusable ones take no room";
  EXPECT_EQ(usable(set_of(three), 0), "");
}

TEST(KeySet, AKidThatTwoKeysShareForOneAlgorithmNamesNeither) {
  const std::string a = named(rsa('B'), "k");
  const std::string b = named(rsa('C'), "k");
  const std::string other = named(ec, "k");
  EXPECT_EQ(usable(set_of(a + "," + b)), "");
  EXPECT_EQ(usable(set_of(a + "," + other + "," + b)), "ES256");
  // Told apart by the algorithm.
  EXPECT_EQ(usable(set_of(other + "," + named(ed, "k"))), "ES256; EdDSA");
  EXPECT_EQ(usable(set_of(named(rsa('B') + R"(,"alg":"RS256")", "k") + "," +
                          named(rsa('C') + R"(,"alg":"PS256")", "k"))),
            "RS256; PS256");
  // The very same key twice is as good as once.
  EXPECT_EQ(usable(set_of(other + "," + other)), "ES256");
  EXPECT_EQ(usable(set_of(a + "," + a + "," + b)), "");
}

TEST(KeySet, KeysWithoutKidMayBeMany) {
  EXPECT_EQ(usable(set_of("{" + rsa('B') + "},{" + rsa('C') + "}")),
            "RS256 RS384 RS512 PS256 PS384 PS512; RS256 RS384 RS512 PS256 PS384 PS512");
}

}  // namespace
}  // namespace postern::crypto
