#include "core/token/oauth2/client_assertion.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <vector>

#include "core/crypto/jwk.hpp"
#include "core/crypto/random.hpp"
#include "core/token/oauth2/introspection.hpp"
#include "tests/support/dpop_proof.hpp"
#include "tests/support/signature_memory.hpp"

namespace postern::token::oauth2 {
namespace {

using crypto::SignatureAlgorithm;

std::string decoded(std::string_view text) {
  std::vector<std::byte> bytes(text.size());
  const auto front = decode_base64url(text, bytes);
  return front ? std::string(as_text(*front)) : "not base64url";
}

/// An assertion in its three parts, as a provider takes it apart.
struct Taken {
  explicit Taken(const std::string& text)
      : header(decoded(text.substr(0, text.find('.')))),
        claims(decoded(text.substr(text.find('.') + 1, text.rfind('.') - text.find('.') - 1))),
        signed_part(text.substr(0, text.rfind('.'))),
        signature(decoded(text.substr(text.rfind('.') + 1))) {}

  [[nodiscard]] bool is_signed_by(const test::KeyPair& key, SignatureAlgorithm algorithm) const {
    const json::Parsed jwk{std::string(key.jwk)};
    return crypto::verify(crypto::read_key(jwk.root())->key, algorithm, as_bytes(signed_part),
                          as_bytes(signature)) == crypto::SignatureVerdict::Valid;
  }

  std::string header;
  std::string claims;
  std::string signed_part;
  std::string signature;
};

/// A provider that wants to see assertions.
class ClientAssertionTest : public testing::Test {
 protected:
  static constexpr std::string_view token = "the-token";

  ClientAssertionTest() {
    EXPECT_TRUE(crypto::use_entropy(test::count_up));
    key_.pem = test::p256_key.with_zero();
    key_.id = "k1";
    config::Introspection& introspection = provider_.introspection.emplace();
    introspection.url.text = "https://id.test/introspect";
    introspection.url.target = "/introspect";
    introspection.client_auth = config::ClientAuth::PrivateKeyJwt;
    introspection.client_id = "gw";
    introspection.client_key = &key_;
  }

  /// What the connector asks for, in exactly the memory that it says it needs.
  Verification begin() {
    scratch_.resize(request_bytes_max(provider_, token.size()));
    Published published(provider_, {});
    Arena provider_arena(provider_memory_);
    Provider provider(provider_, 0, published, provider_arena);
    Arena json_arena({});
    return oauth2::begin({config_, provider, token, clock_, scratch_, json_arena, {}, {}});
  }
  /// The assertion in it, which is the last member of the form.
  std::string assertion() {
    const Verification asked = begin();
    EXPECT_EQ(asked.kind, Verification::Kind::Ask);
    const std::string body(asked.request.body);
    const std::string expected =
        "token=the-token&token_type_hint=access_token&client_id=" + encoded_id_ +
        "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        "&client_assertion=";
    EXPECT_EQ(body.substr(0, expected.size()), expected);
    EXPECT_EQ(asked.request.authorization, "");
    return body.substr(std::min(body.size(), expected.size()));
  }

  config::Config config_;
  config::ClientKey key_;
  config::Provider provider_;
  std::string encoded_id_ = "gw";
  Clock clock_{.now = {}, .wall = WallTime{1'700'000'000}, .trust = ClockTrust::Synchronised};
  std::vector<char> scratch_;
  std::array<std::byte, 4096> provider_memory_;
};

TEST_F(ClientAssertionTest, SaysWhoWeAreToWhomAndForHowLong) {
  const Taken taken(assertion());
  EXPECT_EQ(taken.header, R"({"typ":"JWT","alg":"ES256","kid":"k1"})");
  EXPECT_TRUE(taken.is_signed_by(test::p256_key, SignatureAlgorithm::ES256));
  const json::Parsed claims(taken.claims);
  ASSERT_TRUE(claims.ok()) << taken.claims;
  EXPECT_EQ(claims.root().size(), 6U);
  EXPECT_EQ(claims.root().member("iss").text(), "gw");
  EXPECT_EQ(claims.root().member("sub").text(), "gw");
  EXPECT_EQ(claims.root().member("aud").text(), "https://id.test/introspect");
  EXPECT_EQ(claims.root().member("iat").number_text(), "1700000000");
  EXPECT_EQ(claims.root().member("exp").number_text(), "1700000060");
  EXPECT_EQ(claims.root().member("jti").text().size(), 22U);
}

TEST_F(ClientAssertionTest, IsForTheConfiguredAudienceElseTheIssuerElseTheEndpoint) {
  const auto audience = [this] {
    const json::Parsed claims(Taken(assertion()).claims);
    return std::string(claims.root().member("aud").text());
  };
  provider_.issuer = "https://id.test";
  EXPECT_EQ(audience(), "https://id.test");
  key_.audience = "https://id.test/token";
  EXPECT_EQ(audience(), "https://id.test/token");
}

// RFC 7523 section 3: a provider may take each `jti` once, and the common ones do.
TEST_F(ClientAssertionTest, IsNewForEachRequest) {
  std::set<std::string> names;
  for (int i = 0; i < 50; ++i) {
    const json::Parsed claims(Taken(assertion()).claims);
    names.insert(std::string(claims.root().member("jti").text()));
  }
  EXPECT_EQ(names.size(), 50U);
}

TEST_F(ClientAssertionTest, AnyKeyWillDo) {
  key_.id = "";
  key_.pem = test::rsa4096_key.with_zero();
  key_.algorithm = SignatureAlgorithm::PS512;
  const Taken taken(assertion());
  EXPECT_EQ(taken.header, R"({"typ":"JWT","alg":"PS512"})");
  EXPECT_TRUE(taken.is_signed_by(test::rsa4096_key, SignatureAlgorithm::PS512));
}

TEST_F(ClientAssertionTest, WhateverTheNamesAreTheyArriveWhole) {
  const std::string odd = "a\"b\\c\nd&e=f\x01";
  encoded_id_ = "a%22b%5Cc%0Ad%26e%3Df%01";
  key_.id = odd;
  provider_.introspection->client_id = odd;
  key_.audience = odd;
  const Taken taken(assertion());
  const json::Parsed header(taken.header);
  const json::Parsed claims(taken.claims);
  ASSERT_TRUE(header.ok() && claims.ok()) << taken.header << taken.claims;
  EXPECT_EQ(header.root().member("kid").text(), odd);
  EXPECT_EQ(claims.root().member("sub").text(), odd);
  EXPECT_EQ(claims.root().member("aud").text(), odd);
}

TEST_F(ClientAssertionTest, WithoutTheYearThereIsNone) {
  clock_.trust = ClockTrust::Unknown;
  const Verification verification = begin();
  EXPECT_EQ(verification.kind, Verification::Kind::Undecided);
  EXPECT_EQ(verification.problem, ProviderError::ClockUnknown);
}

TEST_F(ClientAssertionTest, WithoutRandomnessThereIsNone) {
  EXPECT_FALSE(crypto::use_entropy([](std::span<std::byte>) { return false; }));
  const Verification verification = begin();
  EXPECT_EQ(verification.kind, Verification::Kind::Undecided);
  EXPECT_EQ(verification.problem, ProviderError::NoMemory);
}

TEST_F(ClientAssertionTest, WhereTheCertificateIsTheProofOnlyTheNameIsSaid) {
  provider_.introspection->client_auth = config::ClientAuth::TlsClientAuth;
  provider_.introspection->client_key = nullptr;
  const Verification asked = begin();
  EXPECT_EQ(asked.request.body, "token=the-token&token_type_hint=access_token&client_id=gw");
  EXPECT_EQ(asked.request.authorization, "");
}

}  // namespace
}  // namespace postern::token::oauth2
