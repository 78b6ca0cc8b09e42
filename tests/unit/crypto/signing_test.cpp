#include "core/crypto/signing.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/crypto/jwk.hpp"
#include "core/crypto/random.hpp"
#include "tests/support/key_pairs.hpp"
#include "tests/support/signature_memory.hpp"
#include "tests/support/vectors.hpp"

namespace postern::crypto {
namespace {

using test::KeyPair;
using enum SignatureAlgorithm;

bool count_up(std::span<std::byte> bytes) {
  static std::uint8_t next = 0;
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(next++);
  return true;
}
bool fail(std::span<std::byte>) { return false; }

class Signing : public testing::Test {
 protected:
  Signing() { EXPECT_TRUE(use_entropy(count_up)); }

  static std::optional<std::string> signature(const KeyPair& key, SignatureAlgorithm algorithm,
                                              std::string_view message) {
    std::array<std::byte, signature_bytes_max> memory;
    const auto bytes = sign(key.with_zero(), algorithm, as_bytes(message), memory);
    if (!bytes) return {};
    return std::string(as_text(*bytes));
  }
  static SignatureVerdict verdict(const KeyPair& key, SignatureAlgorithm algorithm,
                                  std::string_view message, const std::string& signature) {
    const json::Parsed jwk{std::string(key.jwk)};
    return verify(read_key(jwk.root())->key, algorithm, as_bytes(message), as_bytes(signature));
  }
};

TEST_F(Signing, WhatIsSignedVerifies) {
  struct Case {
    KeyPair key;
    SignatureAlgorithm algorithm;
    std::size_t bytes;
  };
  for (const Case& it : {Case{test::p256_key, ES256, 64}, Case{test::p256_sec1_key, ES256, 64},
                         Case{test::p384_key, ES384, 96}, Case{test::p521_key, ES512, 132},
                         Case{test::rsa_key, RS256, 256}, Case{test::rsa_key, RS384, 256},
                         Case{test::rsa_key, RS512, 256}, Case{test::rsa_key, PS256, 256},
                         Case{test::rsa_key, PS384, 256}, Case{test::rsa_key, PS512, 256},
                         Case{test::rsa4096_key, PS512, 512}}) {
    SCOPED_TRACE(signature_algorithm_names[static_cast<std::size_t>(it.algorithm)]);
    const auto made = signature(it.key, it.algorithm, "what is said");
    ASSERT_TRUE(made);
    EXPECT_EQ(made->size(), it.bytes);
    EXPECT_EQ(verdict(it.key, it.algorithm, "what is said", *made), SignatureVerdict::Valid);
    EXPECT_EQ(verdict(it.key, it.algorithm, "what is Said", *made), SignatureVerdict::Invalid);
  }
}

// R and S have their leading zeros: a verifier splits the signature in the middle.
TEST_F(Signing, EcdsaSignaturesAreAlwaysOfOneLength) {
  for (int i = 0; i < 300; ++i) {
    const std::string message = std::to_string(i);
    const auto made = signature(test::p256_key, ES256, message);
    ASSERT_TRUE(made);
    ASSERT_EQ(made->size(), 64U);
    if (made->front() != '\0' && (*made)[32] != '\0') continue;
    EXPECT_EQ(verdict(test::p256_key, ES256, message, *made), SignatureVerdict::Valid) << i;
  }
}

TEST_F(Signing, AKeySignsWhatItsTypeAndCurveAllow) {
  EXPECT_EQ(algorithms_of_private_key(test::p256_key.with_zero()),
            algorithms_of(PublicKey::Kind::P256));
  EXPECT_EQ(algorithms_of_private_key(test::p521_key.with_zero()),
            algorithms_of(PublicKey::Kind::P521));
  EXPECT_EQ(algorithms_of_private_key(test::rsa_key.with_zero()),
            algorithms_of(PublicKey::Kind::Rsa));
  EXPECT_FALSE(signature(test::p256_key, ES384, "m"));
  EXPECT_FALSE(signature(test::p256_key, RS256, "m"));
  EXPECT_FALSE(signature(test::rsa_key, ES256, "m"));
  EXPECT_FALSE(signature(test::rsa_key, HS256, "m"));
  EXPECT_FALSE(signature(test::rsa_key, EdDSA, "m"));
}

TEST_F(Signing, WhatIsNoKeyForItIsRefused) {
  std::string broken(test::p256_key.pem);
  broken[60] = broken[60] == 'A' ? 'B' : 'A';
  for (const KeyPair& key :
       {test::short_rsa_key, KeyPair{"", ""}, KeyPair{"-----BEGIN PRIVATE KEY-----\n", ""},
        KeyPair{"-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEl8tFrhx+34tV3hRICR"
                "DY9zCkDlpB\n-----END PUBLIC KEY-----\n",
                ""},
        KeyPair{broken, ""}}) {
    EXPECT_TRUE(algorithms_of_private_key(key.with_zero()).empty()) << key.pem;
    EXPECT_FALSE(signature(key, ES256, "m")) << key.pem;
  }
  EXPECT_TRUE(algorithms_of_private_key({}).empty());
}

TEST_F(Signing, WithoutRandomnessNothingIsSigned) {
  EXPECT_FALSE(use_entropy(fail));
  EXPECT_FALSE(signature(test::p256_key, ES256, "m"));
  EXPECT_FALSE(signature(test::rsa_key, PS256, "m"));
}

}  // namespace
}  // namespace postern::crypto
