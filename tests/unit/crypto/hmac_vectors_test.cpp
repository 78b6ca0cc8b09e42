// Wycheproof: HMAC. A JWS carries the whole tag (RFC 7518 section 3.2): full tags are decided as
// stated, and a shortened one is refused although it is right as far as it goes. So is a right tag
// under a key that is shorter than the digest.

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

struct File {
  std::string name;
  SignatureAlgorithm algorithm;
  std::size_t digest_bytes;

  friend std::ostream& operator<<(std::ostream& out, const File& file) { return out << file.name; }
};

class HmacVectors : public testing::TestWithParam<File> {};

TEST_P(HmacVectors, FullTagsAreDecidedAsStatedAndShortOnesRefused) {
  const auto file = VectorFile::open("wycheproof", GetParam().name + "_test.json");
  if (file == nullptr) GTEST_SKIP() << "no Wycheproof in ../shared/vectors";
  ASSERT_TRUE(file->ok());
  int verified = 0;
  const Tally tally = test::for_each_test(*file, [&verified](json::Value, json::Value test) {
    const std::string key = test::unhex(test.member("key").text());
    const std::string message = test::unhex(test.member("msg").text());
    const std::string tag = test::unhex(test.member("tag").text());
    const bool whole = tag.size() == GetParam().digest_bytes;
    const bool long_key = key.size() >= GetParam().digest_bytes;
    const bool valid = test.member("result").text() == "valid" && whole && long_key;
    EXPECT_EQ(verify_mac(as_bytes(key), GetParam().algorithm, as_bytes(message), as_bytes(tag)),
              valid ? SignatureVerdict::Valid : SignatureVerdict::Invalid)
        << test::title(test);
    if (valid) ++verified;
  });
  EXPECT_EQ(tally, (Tally{66, 0, 108}));
  EXPECT_EQ(verified, 30) << "27 with keys as long as the digest, 3 with longer ones";
}

INSTANTIATE_TEST_SUITE_P(Wycheproof, HmacVectors,
                         testing::Values(File{"hmac_sha384", SignatureAlgorithm::HS384, 48},
                                         File{"hmac_sha512", SignatureAlgorithm::HS512, 64}),
                         test::named);

}  // namespace
}  // namespace postern::crypto
