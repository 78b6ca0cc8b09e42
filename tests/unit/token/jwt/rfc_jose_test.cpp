// The examples of RFC 7515, 7519, 8037 and 9449, and hostile variants of them.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>

#include "tests/support/jwt_verified.hpp"
#include "tests/unit/token/jwt/verifier.hpp"

namespace postern::token::jwt {
namespace {

using test::VectorFile;
using test::Verifier;

class RfcJose : public testing::Test {
 protected:
  void SetUp() override {
    file_ = VectorFile::open("rfc-jose", "jws.json");
    if (file_ == nullptr) GTEST_SKIP() << "no rfc-jose in ../shared/vectors";
    ASSERT_TRUE(file_->ok());
  }

  /// All keys, except `left_out`. A secret among them is not usable, as anywhere.
  [[nodiscard]] std::string key_set(std::string_view left_out = "") const {
    std::string text;
    for (const json::Value key : root().member("keys")) {
      if (key.name() == left_out) continue;
      const std::string set = test::key_set_of(key);  // {"keys":[ ... ]}
      text += (text.empty() ? "" : ",") + set.substr(9, set.size() - 11);
    }
    return "{\"keys\":[" + text + "]}";
  }
  [[nodiscard]] Verifier verifier(std::string_view left_out = "") const {
    return Verifier(key_set(left_out), secret());
  }

  [[nodiscard]] std::string secret() const {
    return test::unbase64(root().member("keys").member("oct-a1").member("k").text());
  }
  [[nodiscard]] json::Value root() const { return file_->root(); }

  std::unique_ptr<VectorFile> file_;
};

/// Where the vectors leave a choice, or state something that holds elsewhere only.
const std::map<std::string, std::string, std::less<>> refused_by_policy{
    {"rfc9449-token",
     "a DPoP proof: its key stands in its own header, which is right for a proof "
     "and never for a token"},
    {"rfc9449-resource", "likewise"},
};
const std::map<std::string, std::string, std::less<>> header_is_ignored{
    {"header-b64-false", "without crit b64 means nothing (RFC 7797 section 6)"},
    {"header-zip", "of JWE"},
    {"header-cty-jwt", "the payload is read as claims whatever it is called"},
    {"header-enc", "of JWE"},
};

TEST_F(RfcJose, EveryCaseIsDecidedAsStated) {
  const Verifier all = verifier();
  ASSERT_EQ(all.key_count(), 5U) << "one of the six is a secret";
  std::map<std::string, int> count;
  for (const json::Value example : root().member("cases")) {
    const std::string_view id = example.member("id").text();
    const std::string expect(example.member("expect").text());
    ++count[expect];
    const bool verified = (expect == "signature_valid" && !refused_by_policy.contains(id)) ||
                          (expect == "refuse_or_ignore_header" && header_is_ignored.contains(id));
    EXPECT_EQ(all.accepts(example.member("jws").text()), verified)
        << id << ": " << example.member("why").text();
  }
  EXPECT_EQ(count, (std::map<std::string, int>{
                       {"signature_valid", 8}, {"refuse", 56}, {"refuse_or_ignore_header", 4}}));
}

TEST_F(RfcJose, NothingOfAnAttackerVerifiesWithoutHisKeyInTheSet) {
  const Verifier ours = verifier("attacker-ec");
  int count = 0;
  for (const json::Value example : root().member("cases")) {
    const json::Value key = example.member("key");
    if (!key.is(json::Type::String) || key.text() != "attacker-ec") continue;
    ++count;
    EXPECT_FALSE(ours.accepts(example.member("jws").text())) << example.member("id").text();
  }
  EXPECT_EQ(count, 30);
}

TEST_F(RfcJose, TheConnectorReadsClaimsOnlyUnderAGoodSignature) {
  test::JwtVerified at(test::key_file(key_set()));
  ASSERT_EQ(at.findings(), "");
  for (const json::Value example : root().member("cases")) {
    const std::string_view id = example.member("id").text();
    const Verification verification = at.begin(example.member("jws").text());
    const std::string said = test::said(verification);
    // Only what a signature was checked for is remembered. Claims that are no JSON are malformed,
    // the others have expired.
    const bool read =
        said == "expired" || (said == "malformed" && verification.lifetime != Duration{});
    const std::string_view expect = example.member("expect").text();
    const bool expected = (expect == "signature_valid" && !refused_by_policy.contains(id) &&
                           id != "rfc7515-A1") ||  // no secret is configured here
                          header_is_ignored.contains(id);
    EXPECT_EQ(read, expected) << id << ": " << said;
    EXPECT_EQ(verification.kind, Verification::Kind::Refused) << id << ": " << said;
  }
}

TEST_F(RfcJose, ThePayloadIsWhatWasSigned) {
  const Verifier all = verifier();
  const std::map<std::string_view, std::string> payloads{
      {"rfc7515-A1",
       "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}"},
      {"rfc7515-A4", "Payload"},
      {"rfc8037-A4", "Example of Ed25519 signing"},
  };
  std::size_t count = 0;
  for (const json::Value example : root().member("cases")) {
    const auto payload = payloads.find(example.member("id").text());
    if (payload == payloads.end()) continue;
    ++count;
    EXPECT_EQ(all.payload(example.member("jws").text()), payload->second) << payload->first;
  }
  EXPECT_EQ(count, payloads.size());
}

}  // namespace
}  // namespace postern::token::jwt
