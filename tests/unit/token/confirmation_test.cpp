#include "core/token/confirmation.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/json/parsed.hpp"

namespace postern::token {
namespace {

const std::string good = '"' + std::string(43, 'A') + '"';

bool provable(const std::string& cnf) {
  const json::Parsed document("{\"cnf\":" + cnf + "}");
  return can_be_proved(document.root());
}

TEST(Confirmation, ATokenWithoutOneAsksForNoProof) {
  const json::Parsed none(R"({"sub":"a"})");
  EXPECT_TRUE(can_be_proved(none.root()));
  EXPECT_FALSE(is_bound(none.root()));
  EXPECT_TRUE(provable("null")) << "serialisers write unset members like that";
}

TEST(Confirmation, AKeyOrACertificateCanBeProved) {
  EXPECT_TRUE(provable("{\"jkt\":" + good + "}"));
  EXPECT_TRUE(provable("{\"x5t#S256\":" + good + "}"));
  EXPECT_TRUE(provable("{\"jkt\":" + good + ",\"x5t#S256\":" + good + "}"));
  EXPECT_TRUE(provable("{\"jkt\":" + good + R"(,"x5t#S256":null,"kid":"1"})"));
}

// What cannot be proved must not count without proof.
TEST(Confirmation, NothingElseCan) {
  for (const char* cnf : {"{}", "1", "true", R"("jkt")", "[]", R"({"kid":"1"})",
                          R"({"jwk":{"kty":"EC"}})", R"({"x5t":"AAAA"})", R"({"jkt":null})"}) {
    EXPECT_FALSE(provable(cnf)) << cnf;
  }
}

TEST(Confirmation, AThumbprintIsOne) {
  for (const std::string& text :
       {std::string("1"), std::string("[]"), std::string(R"("")"), std::string(R"("AAAA")"),
        '"' + std::string(44, 'A') + '"', '"' + std::string(42, 'A') + '"',
        '"' + std::string(43, '+') + '"', '"' + std::string(42, 'A') + "B\""}) {
    EXPECT_FALSE(provable("{\"jkt\":" + text + "}")) << text;
    EXPECT_FALSE(provable("{\"jkt\":" + good + ",\"x5t#S256\":" + text + "}")) << text;
  }
}

}  // namespace
}  // namespace postern::token
