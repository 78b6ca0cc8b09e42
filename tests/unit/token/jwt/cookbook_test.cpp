// The JOSE cookbook (RFC 7520 and its companions): what can be a bearer token verifies, with the
// payload that was signed; the other serialisations and the unencoded payload are refused.

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/unit/token/jwt/verifier.hpp"

namespace postern::token::jwt {
namespace {

using test::VectorFile;
using test::Verifier;

Verifier verifier_for(json::Value key) {
  const json::Value secret = key.member("k");
  return Verifier(test::key_set_of(key), secret.present() ? test::unbase64(secret.text()) : "");
}

struct Signed {
  std::string folder;
  std::string name;
};

class CookbookSigned : public testing::TestWithParam<Signed> {};

TEST_P(CookbookSigned, VerifiesWithThePayloadThatWasSigned) {
  const auto file = VectorFile::open("jose-cookbook/" + GetParam().folder, GetParam().name);
  if (file == nullptr) GTEST_SKIP() << "no jose-cookbook in ../shared/vectors";
  ASSERT_TRUE(file->ok());
  const json::Value input = file->root().member("input");
  const Verifier verifier = verifier_for(input.member("key"));
  const std::string_view token = file->root().member("output").member("compact").text();
  EXPECT_EQ(verifier.payload(token), input.member("payload").text());
}

std::string word(const std::string& name) {
  std::string text;
  for (const char c : name.substr(0, name.find(".json"))) text += std::isalnum(c) ? c : '_';
  return text;
}
constexpr auto named = [](const auto& info) { return word(info.param.name); };

INSTANTIATE_TEST_SUITE_P(Rfc7520, CookbookSigned,
                         testing::Values(Signed{"jws", "4_1.rsa_v15_signature.json"},
                                         Signed{"jws", "4_2.rsa-pss_signature.json"},
                                         Signed{"jws", "4_3.ecdsa_signature.json"},
                                         Signed{"jws", "4_4.hmac-sha2_integrity_protection.json"},
                                         Signed{"curve25519", "jws.json"}),
                         named);

/// The texts that a client could present of this example: each serialisation there is.
std::vector<std::string> texts_of(json::Value output) {
  std::vector<std::string> texts;
  for (const char* form : {"compact", "json", "json_flat"}) {
    const json::Value value = output.member(form);
    if (value.is(json::Type::String)) {
      texts.emplace_back(value.text());
    } else if (value.present()) {
      std::string text(16 * 1024, '\0');
      ByteWriter out(text);
      json::write_value(out, value);
      texts.emplace_back(out.written());
    }
  }
  return texts;
}

class CookbookUnusual : public testing::TestWithParam<Signed> {};

TEST_P(CookbookUnusual, IsNoBearerToken) {
  const auto file = VectorFile::open("jose-cookbook/" + GetParam().folder, GetParam().name);
  if (file == nullptr) GTEST_SKIP() << "no jose-cookbook in ../shared/vectors";
  ASSERT_TRUE(file->ok());
  json::Value key = file->root().member("input").member("key");
  if (key.is(json::Type::Array)) key = key.element(2);  // the secret among the three of 4.8
  const Verifier verifier = verifier_for(key);
  const auto texts = texts_of(file->root().member("output"));
  EXPECT_FALSE(texts.empty());
  for (const std::string& text : texts) EXPECT_FALSE(verifier.accepts(text)) << text;
}

INSTANTIATE_TEST_SUITE_P(Rfc7520, CookbookUnusual,
                         testing::Values(Signed{"jws", "4_5.signature_with_detached_content.json"},
                                         Signed{"jws",
                                                "4_6.protecting_specific_header_fields.json"},
                                         Signed{"jws", "4_7.protecting_content_only.json"},
                                         Signed{"jws", "4_8.multiple_signatures.json"},
                                         Signed{"rfc7797", "hmac-sha2_b64_false.json"},
                                         Signed{"rfc7797", "4.2.hmac-sha2_b64_false.json"},
                                         Signed{"curve25519", "ecdh-es.json"}),
                         named);

}  // namespace
}  // namespace postern::token::jwt
