#include "core/crypto/signature.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/crypto/working_memory.hpp"
#include "tests/support/signature_memory.hpp"
#include "tests/support/vectors.hpp"

namespace postern::crypto {
namespace {

using test::unhex;

TEST(SignatureAlgorithm, IsNamedExactly) {
  for (std::size_t i = 0; i < signature_algorithm_count; ++i) {
    EXPECT_EQ(signature_algorithm(signature_algorithm_names[i]),
              static_cast<SignatureAlgorithm>(i));
  }
  using namespace std::string_view_literals;
  for (const std::string_view name :
       {""sv, "none"sv, "None"sv, "NONE"sv, "rs256"sv, "RS256 "sv, " RS256"sv, "RS256\0"sv,
        "RS25"sv, "RS1"sv, "ES521"sv, "ES256K"sv, "Ed25519"sv, "EDDSA"sv, "HS1"sv, "A128KW"sv}) {
    EXPECT_FALSE(signature_algorithm(name).has_value()) << name;
  }
}

TEST(SignatureAlgorithm, TheKeysKindSaysWhichItVerifies) {
  const auto names = [](PublicKey::Kind kind) {
    std::string text;
    for (std::size_t i = 0; i < signature_algorithm_count; ++i) {
      if (algorithms_of(kind).contains(static_cast<SignatureAlgorithm>(i))) {
        text += std::string(signature_algorithm_names[i]) + " ";
      }
    }
    return text;
  };
  EXPECT_EQ(names(PublicKey::Kind::Rsa), "RS256 RS384 RS512 PS256 PS384 PS512 ");
  EXPECT_EQ(names(PublicKey::Kind::P256), "ES256 ");
  EXPECT_EQ(names(PublicKey::Kind::P384), "ES384 ");
  EXPECT_EQ(names(PublicKey::Kind::P521), "ES512 ");
  EXPECT_EQ(names(PublicKey::Kind::Ed25519), "EdDSA ");
}

TEST(SignatureAlgorithm, NoneIsBothWithAPublicKeyAndWithASecret) {
  for (std::size_t i = 0; i < signature_algorithm_count; ++i) {
    const auto algorithm = static_cast<SignatureAlgorithm>(i);
    EXPECT_NE(SignatureAlgorithms::asymmetric().contains(algorithm),
              SignatureAlgorithms::symmetric().contains(algorithm))
        << signature_algorithm_names[i];
    EXPECT_EQ(SignatureAlgorithms::symmetric().contains(algorithm),
              signature_algorithm_names[i].starts_with("HS"));
  }
}

/// RFC 8032 section 7.1, test 3.
struct Ed25519Example {
  std::string message = unhex("af82");
  std::string signature = unhex(
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
      "c6594a7c15e9716ed28dc027beceea1ec40a");
  PublicKey key =
      PublicKey::ed25519(as_bytes(unhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb9115"
                                        "48908025")))
          .value_or(PublicKey());

  [[nodiscard]] SignatureVerdict verdict(const std::string& signed_text,
                                         const std::string& with) const {
    return verify(key, SignatureAlgorithm::EdDSA, as_bytes(signed_text), as_bytes(with));
  }
};

TEST(Ed25519, VerifiesTheRfcsExamples) {
  const Ed25519Example example;
  EXPECT_EQ(example.verdict(example.message, example.signature), SignatureVerdict::Valid);
  // Test 1: the empty message.
  const auto key = PublicKey::ed25519(
      as_bytes(unhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")));
  ASSERT_TRUE(key);
  const std::string signature = unhex(
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
      "b46bd25bf5f0595bbe24655141438e7a100b");
  EXPECT_EQ(verify(*key, SignatureAlgorithm::EdDSA, {}, as_bytes(signature)),
            SignatureVerdict::Valid);
}

TEST(Ed25519, AnyOtherBitIsRefused) {
  const Ed25519Example example;
  for (std::size_t bit = 0; bit < 8 * example.signature.size(); ++bit) {
    std::string other = example.signature;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ 1 << bit % 8);
    EXPECT_EQ(example.verdict(example.message, other), SignatureVerdict::Invalid) << bit;
  }
  EXPECT_EQ(example.verdict(example.message.substr(1), example.signature),
            SignatureVerdict::Invalid);
}

TEST(Ed25519, ASignatureHas64BytesAndASmallS) {
  const Ed25519Example example;
  const std::string r = example.signature.substr(0, 32);
  EXPECT_EQ(example.verdict(example.message, ""), SignatureVerdict::Invalid);
  EXPECT_EQ(example.verdict(example.message, r), SignatureVerdict::Invalid);
  EXPECT_EQ(example.verdict(example.message, example.signature + '\0'), SignatureVerdict::Invalid);
  // S plus the order of the group: a second spelling of the same signature.
  const std::string s = unhex("05d391b0a77904e98404ef037747a56e4a7c15e9716ed28dc027beceea1ec41a");
  EXPECT_EQ(example.verdict(example.message, r + s), SignatureVerdict::Invalid);
}

/// A valid signature and what it is of.
struct Signed {
  std::string title;
  SignatureAlgorithm algorithm;
  PublicKey key;
  std::string message;
  std::string signature;
};

/// The first test of a Wycheproof file for RSA.
Signed rsa_example(const std::string& name, SignatureAlgorithm algorithm) {
  const auto file = test::VectorFile::open("wycheproof", name + "_test.json");
  const json::Value group = file->root().member("testGroups").element(0);
  const json::Value test = group.member("tests").element(0);
  const json::Value key = group.member("publicKey");
  return {name, algorithm,
          PublicKey::rsa(as_bytes(unhex(key.member("modulus").text())),
                         as_bytes(unhex(key.member("publicExponent").text())))
              .value_or(PublicKey()),
          unhex(test.member("msg").text()), unhex(test.member("sig").text())};
}

/// An example of RFC 7515 on a curve.
Signed ec_example(std::string_view id, SignatureAlgorithm algorithm, PublicKey::Kind curve) {
  const auto file = test::VectorFile::open("rfc-jose", "jws.json");
  for (const json::Value example : file->root().member("cases")) {
    if (example.member("id").text() != id) continue;
    const json::Value key = file->root().member("keys").member(example.member("key").text());
    const std::string_view jws = example.member("jws").text();
    return {std::string(id), algorithm,
            PublicKey::ec(curve, as_bytes(test::unbase64(key.member("x").text())),
                          as_bytes(test::unbase64(key.member("y").text())))
                .value_or(PublicKey()),
            std::string(jws.substr(0, jws.rfind('.'))),
            test::unbase64(jws.substr(jws.rfind('.') + 1))};
  }
  return {};
}

TEST(Rsa, ASignatureIsAsLongAsTheModulus) {
  if (!json::vectors("wycheproof")) GTEST_SKIP() << "no Wycheproof in ../shared/vectors";
  for (const Signed& example :
       {rsa_example("rsa_signature_3072_sha256", SignatureAlgorithm::RS256),
        rsa_example("rsa_pss_3072_sha256_mgf1_32", SignatureAlgorithm::PS256)}) {
    const auto verdict = [&](const std::string& signature) {
      return verify(example.key, example.algorithm, as_bytes(example.message), as_bytes(signature));
    };
    const std::string& good = example.signature;
    EXPECT_EQ(verdict(good), SignatureVerdict::Valid) << example.title;
    for (const std::string& other :
         {std::string(), good.substr(1), good.substr(0, good.size() - 1), good + '\0', '\0' + good,
          good + good, std::string(good.size(), '\0'), std::string(good.size(), '\xFF')}) {
      EXPECT_EQ(verdict(other), SignatureVerdict::Invalid) << example.title << other.size();
    }
  }
}

TEST(Ecdsa, ASignatureIsRAndSAndNothingElse) {
  if (!json::vectors("rfc-jose")) GTEST_SKIP() << "no rfc-jose in ../shared/vectors";
  const Signed example = ec_example("rfc7515-A3", SignatureAlgorithm::ES256, PublicKey::Kind::P256);
  const std::string r = example.signature.substr(0, 32);
  const std::string s = example.signature.substr(32);
  const auto verdict = [&](const std::string& signature) {
    return verify(example.key, example.algorithm, as_bytes(example.message), as_bytes(signature));
  };
  EXPECT_EQ(verdict(r + s), SignatureVerdict::Valid);
  for (const std::string& other :
       {std::string(), r, s, s + r, '\0' + r + s, r + s + '\0', r + '\0' + s, '\0' + r + '\0' + s,
        r + s + r + s, std::string(64, '\0')}) {
    EXPECT_EQ(verdict(other), SignatureVerdict::Invalid) << other.size();
  }
}

/// Takes the working memory away, and gives it back.
class OnlyMemory {
 public:
  explicit OnlyMemory(std::size_t size) : block_(size) { use_working_memory(block_); }
  ~OnlyMemory() { use_working_memory(whole()); }
  OnlyMemory(const OnlyMemory&) = delete;
  OnlyMemory& operator=(const OnlyMemory&) = delete;

 private:
  static std::vector<std::byte>& whole() {
    static std::vector<std::byte> memory(static_cast<std::size_t>(working_memory_row(1).bytes()));
    return memory;
  }
  std::vector<std::byte> block_;
};

/// The verdicts on it with working memory from too little to enough.
std::set<SignatureVerdict> verdicts(const Signed& example) {
  std::set<SignatureVerdict> seen;
  const auto all = static_cast<std::size_t>(working_memory_row(1).bytes());
  for (std::size_t size = 256; size <= all; size += 64) {
    const OnlyMemory memory(size);
    seen.insert(verify(example.key, example.algorithm, as_bytes(example.message),
                       as_bytes(example.signature)));
  }
  return seen;
}

TEST(WorkingMemory, TooLittleOfItIsNeverTakenForABadSignature) {
  if (!json::vectors("wycheproof") || !json::vectors("rfc-jose")) {
    GTEST_SKIP() << "no Wycheproof or rfc-jose in ../shared/vectors";
  }
  const std::set<SignatureVerdict> expected{SignatureVerdict::Valid, SignatureVerdict::Undecided};
  for (const Signed& example :
       {rsa_example("rsa_signature_4096_sha512", SignatureAlgorithm::RS512),
        rsa_example("rsa_pss_4096_sha512_mgf1_64", SignatureAlgorithm::PS512),
        ec_example("rfc7515-A3", SignatureAlgorithm::ES256, PublicKey::Kind::P256),
        ec_example("rfc7515-A4", SignatureAlgorithm::ES512, PublicKey::Kind::P521)}) {
    ASSERT_TRUE(example.key.present()) << example.title;
    EXPECT_EQ(verdicts(example), expected) << example.title;
  }
}

}  // namespace
}  // namespace postern::crypto
