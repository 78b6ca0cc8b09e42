// Wycheproof: RSASSA-PKCS1-v1_5 and RSASSA-PSS. What is stated as valid verifies, everything else
// is refused, "acceptable" included: those signatures lack the NULL in the digest info, which only
// implementations that parse where they should compare let through.

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/crypto/signature.hpp"
#include "tests/support/signature_memory.hpp"
#include "tests/support/vectors.hpp"

namespace postern::crypto {
namespace {

using test::Tally;
using test::VectorFile;

std::optional<PublicKey> rsa_key(json::Value group) {
  const json::Value key = group.member("publicKey");
  return PublicKey::rsa(as_bytes(test::unhex(key.member("modulus").text())),
                        as_bytes(test::unhex(key.member("publicExponent").text())));
}

bool verifies(const PublicKey& key, SignatureAlgorithm algorithm, json::Value test) {
  const std::string message = test::unhex(test.member("msg").text());
  const std::string signature = test::unhex(test.member("sig").text());
  return verify(key, algorithm, as_bytes(message), as_bytes(signature)) == SignatureVerdict::Valid;
}

struct File {
  std::string name;
  SignatureAlgorithm algorithm;
  Tally tally;

  friend std::ostream& operator<<(std::ostream& out, const File& file) { return out << file.name; }
};

class RsaVectors : public testing::TestWithParam<File> {};

TEST_P(RsaVectors, VerifyAsStatedAndAcceptableIsRefused) {
  const auto file = VectorFile::open("wycheproof", GetParam().name + "_test.json");
  if (file == nullptr) GTEST_SKIP() << "no Wycheproof in ../shared/vectors";
  ASSERT_TRUE(file->ok());
  const Tally tally = test::for_each_test(*file, [](json::Value group, json::Value test) {
    const auto key = rsa_key(group);
    ASSERT_TRUE(key.has_value());
    EXPECT_EQ(verifies(*key, GetParam().algorithm, test), test.member("result").text() == "valid")
        << test::title(test);
  });
  EXPECT_EQ(tally, GetParam().tally);
}

INSTANTIATE_TEST_SUITE_P(
    Wycheproof, RsaVectors,
    testing::Values(File{"rsa_signature_2048_sha384", SignatureAlgorithm::RS384, {7, 1, 250}},
                    File{"rsa_signature_2048_sha512", SignatureAlgorithm::RS512, {8, 1, 250}},
                    File{"rsa_signature_3072_sha256", SignatureAlgorithm::RS256, {8, 1, 250}},
                    File{"rsa_signature_4096_sha512", SignatureAlgorithm::RS512, {7, 1, 251}},
                    File{"rsa_pss_2048_sha384_mgf1_48", SignatureAlgorithm::PS384, {95, 0, 46}},
                    File{"rsa_pss_3072_sha256_mgf1_32", SignatureAlgorithm::PS256, {63, 0, 45}},
                    File{"rsa_pss_4096_sha512_mgf1_64", SignatureAlgorithm::PS512, {132, 0, 47}}),
    test::named);

/// RFC 7518 section 3.5: the salt is as long as the hash, and MGF1 uses the same hash. Signatures
/// with another salt or hash are right for somebody else and must not pass under any name of ours.
class OtherPssVectors : public testing::TestWithParam<File> {};

/// Among the signatures that are invalid for those parameters some are right for ours.
std::optional<SignatureAlgorithm> what_it_really_is(json::Value group, json::Value test) {
  const std::string_view comment = test.member("comment").text();
  const bool is_sha256 = group.member("sha").text() == "SHA-256";
  if (is_sha256 && comment == "s_len changed to 32") return SignatureAlgorithm::PS256;
  if (comment == "PKCS #1 v1.5 signature with SHA-256") return SignatureAlgorithm::RS256;
  return {};
}

TEST_P(OtherPssVectors, PassUnderNoNameThatJwsKnows) {
  const auto file = VectorFile::open("wycheproof", GetParam().name + "_test.json");
  if (file == nullptr) GTEST_SKIP() << "no Wycheproof in ../shared/vectors";
  ASSERT_TRUE(file->ok());
  const Tally tally = test::for_each_test(*file, [](json::Value group, json::Value test) {
    const auto key = rsa_key(group);
    ASSERT_TRUE(key.has_value());
    const auto really = what_it_really_is(group, test);
    ASSERT_TRUE(!really || test.member("result").text() == "invalid");
    for (std::size_t i = 0; i < signature_algorithm_count; ++i) {
      const auto algorithm = static_cast<SignatureAlgorithm>(i);
      if (!algorithms_of(key->kind()).contains(algorithm)) continue;
      EXPECT_EQ(verifies(*key, algorithm, test), algorithm == really)
          << test::title(test) << " as " << signature_algorithm_names[i];
    }
  });
  EXPECT_EQ(tally, GetParam().tally);
}

INSTANTIATE_TEST_SUITE_P(
    Wycheproof, OtherPssVectors,
    testing::Values(File{"rsa_pss_2048_sha256_mgf1_0", SignatureAlgorithm::PS256, {61, 0, 42}},
                    File{"rsa_pss_2048_sha1_mgf1_20", SignatureAlgorithm::PS256, {42, 0, 46}}),
    test::named);

}  // namespace
}  // namespace postern::crypto
