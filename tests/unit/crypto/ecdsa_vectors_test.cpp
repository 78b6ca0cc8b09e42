// Wycheproof: ECDSA. The sets in R||S form are decided as stated. The DER sets are for
// certificates; a JWS knows no DER, so their valid signatures are converted to R||S and must
// verify, and of the invalid ones those that can be converted at all must be refused.

#include <gtest/gtest.h>
#include <mbedtls/sha512.h>

#include <array>
#include <optional>
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

struct File {
  std::string name;
  PublicKey::Kind curve;
  SignatureAlgorithm algorithm;
  Tally tally;

  friend std::ostream& operator<<(std::ostream& out, const File& file) { return out << file.name; }
};

std::optional<PublicKey> ec_key(json::Value group, const File& file) {
  const std::string point =
      test::unhex(group.member("publicKey").member("uncompressed").text()).substr(1);
  const std::size_t size = coordinate_bytes(file.curve);
  return PublicKey::ec(file.curve, as_bytes(point).first(size), as_bytes(point).subspan(size));
}

SignatureVerdict stated(json::Value test) {
  return test.member("result").text() == "valid" ? SignatureVerdict::Valid
                                                 : SignatureVerdict::Invalid;
}

class EcdsaVectors : public testing::TestWithParam<File> {};

TEST_P(EcdsaVectors, VerifyAsStated) {
  const auto file = VectorFile::open("wycheproof", GetParam().name + "_test.json");
  if (file == nullptr) GTEST_SKIP() << "no Wycheproof in ../shared/vectors";
  ASSERT_TRUE(file->ok());
  const Tally tally = test::for_each_test(*file, [](json::Value group, json::Value test) {
    const auto key = ec_key(group, GetParam());
    ASSERT_TRUE(key.has_value());
    // SHA-512 on curves that JWS pairs with a shorter hash: so the digest is given.
    const std::string message = test::unhex(test.member("msg").text());
    std::array<unsigned char, 64> digest{};
    ASSERT_EQ(mbedtls_sha512(reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                             digest.data(), 0),
              0);
    const std::string signature = test::unhex(test.member("sig").text());
    EXPECT_EQ(verify_ecdsa(*key, std::as_bytes(std::span(digest)), as_bytes(signature)),
              stated(test))
        << test::title(test);
  });
  EXPECT_EQ(tally, GetParam().tally);
}

INSTANTIATE_TEST_SUITE_P(Wycheproof, EcdsaVectors,
                         testing::Values(File{"ecdsa_secp256r1_sha512_p1363",
                                              PublicKey::Kind::P256,
                                              SignatureAlgorithm::ES256,
                                              {242, 0, 90}},
                                         File{"ecdsa_secp384r1_sha512_p1363",
                                              PublicKey::Kind::P384,
                                              SignatureAlgorithm::ES384,
                                              {230, 0, 88}}),
                         test::named);

/// Takes a DER element with `tag` from the front of `der`, with its length in as few bytes as
/// possible; returns its contents.
std::optional<std::string_view> take_element(std::string_view& der, unsigned char tag) {
  const auto byte = [&der](std::size_t at) {
    return at < der.size() ? static_cast<unsigned char>(der[at]) : 0U;
  };
  if (der.size() < 2 || byte(0) != tag) return std::nullopt;
  std::size_t begin = 2;
  std::size_t length = byte(1);
  if (length == 0x81 && byte(2) >= 0x80) {
    length = byte(2);
    begin = 3;
  } else if (length >= 0x80) {
    return std::nullopt;
  }
  if (der.size() < begin + length) return std::nullopt;
  const std::string_view contents = der.substr(begin, length);
  der.remove_prefix(begin + length);
  return contents;
}

/// A positive DER INTEGER in as few bytes as possible, as `size` bytes.
std::optional<std::string> fixed_size(std::string_view integer, std::size_t size) {
  if (integer.empty() || (integer[0] & 0x80) != 0) return std::nullopt;
  if (integer.size() > 1 && integer[0] == 0) {
    if ((integer[1] & 0x80) == 0) return std::nullopt;
    integer.remove_prefix(1);
  }
  if (integer.size() > size) return std::nullopt;
  return std::string(size - integer.size(), '\0') + std::string(integer);
}

/// R||S of a signature in DER; nothing when it is not exactly that.
std::optional<std::string> raw_signature(std::string_view der, std::size_t size) {
  auto sequence = take_element(der, 0x30);
  if (!sequence || !der.empty()) return std::nullopt;
  const auto r = take_element(*sequence, 0x02);
  const auto s = take_element(*sequence, 0x02);
  if (!r || !s || !sequence->empty()) return std::nullopt;
  const auto raw_r = fixed_size(*r, size);
  const auto raw_s = fixed_size(*s, size);
  if (!raw_r || !raw_s) return std::nullopt;
  return *raw_r + *raw_s;
}

class EcdsaDerVectors : public testing::TestWithParam<File> {};

TEST_P(EcdsaDerVectors, ConvertedToTheFormOfJwsVerifyAsStatedAndNeverAsDer) {
  const auto file = VectorFile::open("wycheproof", GetParam().name + "_test.json");
  if (file == nullptr) GTEST_SKIP() << "no Wycheproof in ../shared/vectors";
  ASSERT_TRUE(file->ok());
  int refused_by_value = 0;
  const Tally tally = test::for_each_test(*file, [&refused_by_value](json::Value group,
                                                                     json::Value test) {
    const auto key = ec_key(group, GetParam());
    ASSERT_TRUE(key.has_value());
    const std::string message = test::unhex(test.member("msg").text());
    const std::string der = test::unhex(test.member("sig").text());
    EXPECT_EQ(verify(*key, GetParam().algorithm, as_bytes(message), as_bytes(der)),
              SignatureVerdict::Invalid)
        << test::title(test);
    const auto raw = raw_signature(der, coordinate_bytes(GetParam().curve));
    const bool valid = stated(test) == SignatureVerdict::Valid;
    ASSERT_TRUE(raw.has_value() || !valid) << test::title(test);
    if (!raw) return;
    EXPECT_EQ(verify(*key, GetParam().algorithm, as_bytes(message), as_bytes(*raw)), stated(test))
        << test::title(test);
    if (!valid) ++refused_by_value;
  });
  EXPECT_EQ(tally, GetParam().tally);
  EXPECT_GT(refused_by_value, 50) << "the converter, not the verifier, refused them";
}

INSTANTIATE_TEST_SUITE_P(Wycheproof, EcdsaDerVectors,
                         testing::Values(File{"ecdsa_secp256r1_sha256",
                                              PublicKey::Kind::P256,
                                              SignatureAlgorithm::ES256,
                                              {174, 0, 310}},
                                         File{"ecdsa_secp384r1_sha384",
                                              PublicKey::Kind::P384,
                                              SignatureAlgorithm::ES384,
                                              {194, 0, 310}},
                                         File{"ecdsa_secp521r1_sha512",
                                              PublicKey::Kind::P521,
                                              SignatureAlgorithm::ES512,
                                              {232, 0, 310}}),
                         test::named);

}  // namespace
}  // namespace postern::crypto
