#include "core/token/jwt/jws.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "tests/support/vectors.hpp"

namespace postern::token::jwt {
namespace {

using test::base64url;

/// A token taken apart, with the memory that its parts live in. The token is held with exactly its
/// length, so that a sanitizer sees a read beyond it.
class Taken {
 public:
  explicit Taken(const std::string& token)
      : token_(token.begin(), token.end()),
        scratch_(token.size()),
        memory_(header_arena_bytes()),
        arena_(memory_),
        result_(parse_jws({token_.data(), token_.size()}, scratch_, arena_)) {}
  Taken(const Taken&) = delete;
  Taken& operator=(const Taken&) = delete;

  [[nodiscard]] bool ok() const { return result_.has_value(); }
  [[nodiscard]] const Jws& jws() const { return *result_; }
  [[nodiscard]] JwsError error() const { return result_.error(); }

 private:
  std::vector<char> token_;
  std::vector<std::byte> scratch_;
  std::vector<std::byte> memory_;
  Arena arena_;
  Result<Jws, JwsError> result_;
};

const std::string payload = base64url(R"({"sub":"alice"})");
const std::string signature = base64url("a signature");

std::string with_header(std::string_view header) {
  return base64url(header) + "." + payload + "." + signature;
}

TEST(Jws, IsTakenApartWithoutCopies) {
  const std::string token = with_header(R"({"alg":"ES256","kid":"k 1","typ":"at+jwt"})");
  const Taken taken(token);
  ASSERT_TRUE(taken.ok());
  EXPECT_EQ(taken.jws().algorithm, crypto::SignatureAlgorithm::ES256);
  EXPECT_EQ(taken.jws().kid, "k 1");
  EXPECT_EQ(taken.jws().type, "at+jwt");
  EXPECT_EQ(taken.jws().signed_text, token.substr(0, token.rfind('.')));
  EXPECT_EQ(taken.jws().payload, payload);
  EXPECT_EQ(as_text(taken.jws().signature), "a signature");
}

TEST(Jws, AlgorithmAloneIsAHeader) {
  const Taken taken(with_header(R"({"alg":"HS256"})"));
  ASSERT_TRUE(taken.ok());
  EXPECT_FALSE(taken.jws().kid.has_value());
  EXPECT_EQ(taken.jws().type, "");
}

TEST(Jws, HasThreePartsInTheOneSpellingOfBase64url) {
  const std::string header = base64url(R"({"alg":"RS256"})");
  const std::string good = header + "." + payload + "." + signature;
  ASSERT_TRUE(Taken(good).ok());
  for (const std::string& token : {
           std::string(),
           std::string("."),
           std::string(".."),
           std::string("..."),
           header,
           header + "." + payload,
           "." + payload + "." + signature,
           good + ".",
           good + "." + payload,
           good + "." + payload + "." + payload,  // the shape of a JWE
           "." + good,
           good + "=",
           good + "\n",
           good + " ",
           " " + good,
           header + "=." + payload + "." + signature,
           header + "\n." + payload + "." + signature,
           header + "." + payload + "." + signature + "!",
           header + "." + payload + "." + signature + "AA",  // a length no text has
           header.substr(0, header.size() - 1) + "A." + payload + "." + signature,
       }) {
    EXPECT_FALSE(Taken(token).ok()) << token;
  }
  // Four bits of the last digit count. Of the four digits that agree in them one is right.
  int spellings = 0;
  for (const char last : test::base64url_digits) {
    spellings += Taken(good.substr(0, good.size() - 1) + last).ok() ? 1 : 0;
  }
  EXPECT_EQ(spellings, 16);
}

TEST(Jws, HeaderIsOneJsonObjectWithUniqueMembers) {
  for (const std::string_view header : {
           R"()",
           R"("RS256")",
           R"(["RS256"])",
           R"(null)",
           R"({"alg":"RS256"} x)",
           R"({"alg":"RS256"}{})",
           R"({"alg":"RS256",})",
           R"({'alg':'RS256'})",
           R"({"alg":"none","alg":"RS256"})",
           R"({"alg":"RS256","\u0061lg":"RS256"})",
           R"({"alg":"RS256","x":1,"x":2})",
           "{\"alg\":\"RS256\",\"x\":\"\xFF\"}",
           "\xEF\xBB\xBF{\"alg\":\"RS256\"}",
           "{\"alg\":\"RS256\"}\x01",
       }) {
    const Taken taken(with_header(header));
    ASSERT_FALSE(taken.ok()) << header;
    EXPECT_EQ(taken.error(), JwsError::BadHeader) << header;
  }
  EXPECT_FALSE(Taken(with_header(std::string(R"({"alg":"RS256"})") + '\0')).ok());
}

TEST(Jws, HeaderIsBounded) {
  const auto nested = [](std::size_t depth) {
    return R"({"alg":"RS256","x":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_TRUE(Taken(with_header(nested(header_depth_max - 1))).ok());
  EXPECT_FALSE(Taken(with_header(nested(header_depth_max))).ok());
  const auto long_one = [](std::size_t size) {
    const std::string rest = R"({"alg":"RS256","x":""})";
    return R"({"alg":"RS256","x":")" + std::string(size - rest.size(), 'x') + "\"}";
  };
  EXPECT_TRUE(Taken(with_header(long_one(header_bytes_max))).ok());
  EXPECT_FALSE(Taken(with_header(long_one(header_bytes_max + 1))).ok());
  std::string members = R"({"alg":"RS256")";
  for (std::size_t i = 0; i < header_values_max; ++i) {
    members += ",\"" + std::to_string(i) + "\":0";
  }
  EXPECT_FALSE(Taken(with_header(members + "}")).ok());
}

TEST(Jws, AlgorithmIsOneOfOursByItsExactName) {
  for (std::size_t i = 0; i < crypto::signature_algorithm_count; ++i) {
    const std::string name(crypto::signature_algorithm_names[i]);
    const Taken taken(with_header(R"({"alg":")" + name + "\"}"));
    ASSERT_TRUE(taken.ok()) << name;
    EXPECT_EQ(taken.jws().algorithm, static_cast<crypto::SignatureAlgorithm>(i));
  }
  for (const std::string_view header :
       {R"({})", R"({"alg":""})", R"({"alg":"none"})", R"({"alg":"None"})", R"({"alg":"NONE"})",
        R"({"alg":"nOnE"})", R"({"alg":"none "})", R"({"alg":"rs256"})", R"({"alg":"RS256 "})",
        R"({"alg":"RS256\u0000"})", R"({"alg":"RSA-OAEP"})", R"({"alg":"dir"})",
        R"({"Alg":"RS256"})"}) {
    const Taken taken(with_header(header));
    ASSERT_FALSE(taken.ok()) << header;
    EXPECT_EQ(taken.error(), JwsError::BadAlgorithm) << header;
  }
}

TEST(Jws, MembersThatAreReadHaveTheirType) {
  for (const std::string_view member :
       {R"("alg":["RS256"])", R"("alg":{})", R"("alg":null)", R"("alg":1)",
        R"("alg":"RS256","kid":7)", R"("alg":"RS256","kid":null)", R"("alg":"RS256","kid":["k"])",
        R"("alg":"RS256","typ":1)", R"("alg":"RS256","typ":null)", R"("alg":"RS256","typ":[])"}) {
    const Taken taken(with_header("{" + std::string(member) + "}"));
    ASSERT_FALSE(taken.ok()) << member;
    EXPECT_EQ(taken.error(), JwsError::BadHeader) << member;
  }
}

TEST(Jws, KidIsBounded) {
  const auto with_kid = [](std::size_t size) {
    return with_header(R"({"alg":"RS256","kid":")" + std::string(size, 'k') + "\"}");
  };
  EXPECT_TRUE(Taken(with_kid(crypto::kid_bytes_max)).ok());
  EXPECT_FALSE(Taken(with_kid(crypto::kid_bytes_max + 1)).ok());
}

TEST(Jws, BringsNoKeyAndDemandsNoExtension) {
  for (const std::string_view member :
       {R"("crit":[])", R"("crit":["b64"],"b64":false)", R"("crit":["alg"])", R"("crit":"x")",
        R"("crit":null)", R"("jwk":{"kty":"RSA"})", R"("jwk":null)",
        R"("jku":"https://attacker.example/jwks")", R"("x5u":"https://attacker.example/c")",
        R"("x5c":["MIIB"])", R"("x5c":[])", R"("\u006awk":{})"}) {
    const Taken taken(with_header(R"({"alg":"RS256",)" + std::string(member) + "}"));
    ASSERT_FALSE(taken.ok()) << member;
    EXPECT_EQ(taken.error(), JwsError::ForbiddenName) << member;
  }
}

TEST(Jws, HasNoClaimsInItsHeader) {
  for (const char* name : {"iss", "sub", "aud", "exp", "nbf", "iat", "jti"}) {
    const Taken taken(with_header(R"({"alg":"RS256",")" + std::string(name) + "\":1}"));
    ASSERT_FALSE(taken.ok()) << name;
    EXPECT_EQ(taken.error(), JwsError::ForbiddenName) << name;
  }
}

TEST(Jws, UnknownMembersAreIgnored) {
  for (const std::string_view member :
       {R"("x5t":"abc")", R"("x5t#S256":"abc")", R"("nonce":"n")", R"("cty":"JWT")",
        R"("custom":{"a":[1]})", R"("CRIT":["x"])"}) {
    EXPECT_TRUE(Taken(with_header(R"({"alg":"RS256",)" + std::string(member) + "}")).ok())
        << member;
  }
}

TEST(JwsShape, TellsAJwsFromAnOpaqueToken) {
  EXPECT_TRUE(looks_like_jws("a.b.c"));
  EXPECT_TRUE(looks_like_jws("a.b."));
  EXPECT_FALSE(looks_like_jws(""));
  EXPECT_FALSE(looks_like_jws(".b.c"));
  EXPECT_FALSE(looks_like_jws("2YotnFZFEjr1zCsicMWpAA"));
  EXPECT_FALSE(looks_like_jws("a.b"));
  EXPECT_FALSE(looks_like_jws("a.b.c.d.e"));
}

TEST(JwsType, IsAMediaTypeWithoutRegardToCaseOrPrefix) {
  EXPECT_TRUE(is_type("at+jwt", "at+jwt"));
  EXPECT_TRUE(is_type("AT+JWT", "at+jwt"));
  EXPECT_TRUE(is_type("application/at+jwt", "at+jwt"));
  EXPECT_TRUE(is_type("Application/AT+jwt", "at+jwt"));
  EXPECT_TRUE(is_type("at+jwt", "application/at+jwt"));
  for (const std::string_view other :
       {"", "JWT", "application/", "application/application/at+jwt", "at+jwt ", "xat+jwt",
        "id_token+jwt", "dpop+jwt", "logout+jwt", "text/at+jwt"}) {
    EXPECT_FALSE(is_type(other, "at+jwt")) << other;
  }
}

}  // namespace
}  // namespace postern::token::jwt
