#include "core/crypto/thumbprint.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/crypto/jwk.hpp"
#include "tests/support/signature_memory.hpp"
#include "tests/support/vectors.hpp"

namespace postern::crypto {
namespace {

Thumbprint thumbprint_of(const std::string& jwk) {
  const json::Parsed document(jwk);
  const auto key = read_key(document.root());
  return key ? jwk_thumbprint(key->key) : Thumbprint{};
}

// RFC 7638 section 3.1; the other members play no part.
TEST(JwkThumbprint, OfRsaIsTheRfcs) {
  const std::string n =
      "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_"
      "BJECPeb"
      "WKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_"
      "FDW2QvzqY368Q"
      "QMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-"
      "bFTWhAI4vMQFh6WeZu0fM4lFd2"
      "NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
  const std::string wanted = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
  EXPECT_TRUE(
      is_spelling_of(wanted, thumbprint_of(R"({"kty":"RSA","n":")" + n +
                                           R"(","e":"AQAB","alg":"RS256","kid":"2011-04-29"})")));
  EXPECT_TRUE(
      is_spelling_of(wanted, thumbprint_of(R"({"e":"AQAB","n":")" + n + R"(","kty":"RSA"})")));
}

// RFC 8037 appendix A.3.
TEST(JwkThumbprint, OfEd25519IsTheRfcs) {
  EXPECT_TRUE(is_spelling_of(
      "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
      thumbprint_of(
          R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})")));
}

// RFC 9449 section 4.1 has the key, section 6.1 its thumbprint.
TEST(JwkThumbprint, OfP256IsTheRfcs) {
  EXPECT_TRUE(is_spelling_of(
      "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I",
      thumbprint_of(R"({"kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",)"
                    R"("y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256"})")));
}

TEST(JwkThumbprint, HasOneSpelling) {
  Thumbprint zeros{};
  EXPECT_TRUE(is_spelling_of(std::string(43, 'A'), zeros));
  for (const std::string& text : {std::string(), std::string(42, 'A'), std::string(44, 'A'),
                                  std::string(43, 'A') + "=", std::string(42, 'A') + "B"}) {
    EXPECT_FALSE(is_spelling_of(text, zeros)) << text;
  }
}

}  // namespace
}  // namespace postern::crypto
