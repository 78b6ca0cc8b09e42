#include "core/crypto/digest.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "core/base/bytes.hpp"

namespace postern::crypto {
namespace {

std::string hex(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte b : bytes) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", std::to_integer<unsigned>(b));
    text += digits;
  }
  return text;
}

std::string sha256_hex(const std::string& text) { return hex(sha256(as_bytes(text))); }

// FIPS 180-4, examples of NIST's Cryptographic Standards and Guidelines.
TEST(Sha256, AgreesWithThePublishedExamples) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Fingerprint, IsWhatSha256sumPrintsFirst) {
  EXPECT_EQ(fingerprint("abc"), 0xba7816bfU);
  EXPECT_EQ(fingerprint(""), 0xe3b0c442U);
}

}  // namespace
}  // namespace postern::crypto
