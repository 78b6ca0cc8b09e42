#include "core/token/oauth2/client_authentication.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace postern::token::oauth2 {
namespace {

std::string basic(std::string_view id, std::string_view secret) {
  std::vector<char> memory(basic_authorization_bytes_max(id.size(), secret.size()));
  ByteWriter out(memory);
  write_basic_authorization(out, id, secret);
  EXPECT_TRUE(out.ok());
  return std::string(out.written());
}

std::string form_encoded(std::string_view text) {
  std::vector<char> memory(3 * text.size());
  ByteWriter out(memory);
  write_form_encoded(out, text);
  EXPECT_TRUE(out.ok());
  return std::string(out.written());
}

TEST(ClientAuthentication, BasicIsTheExampleOfRfc6749) {
  EXPECT_EQ(basic("s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw"),
            "Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3");
}

TEST(ClientAuthentication, BasicPadsAsBase64Does) {
  EXPECT_EQ(basic("a", "b"), "Basic YTpi");
  EXPECT_EQ(basic("a", "bc"), "Basic YTpiYw==");
  EXPECT_EQ(basic("a", "bcd"), "Basic YTpiY2Q=");
  EXPECT_EQ(basic("", ""), "Basic Og==");
}

TEST(ClientAuthentication, IdAndSecretAreFormEncodedBeforeBase64) {
  EXPECT_EQ(basic("a:b", "p%w d+\xc3\xa4"),
            basic("", "").substr(0, 6) + "YSUzQWI6cCUyNXcrZCUyQiVDMyVBNA==");
}

TEST(ClientAuthentication, FormEncodingKeepsWhatItMay) {
  EXPECT_EQ(form_encoded("AZaz09-._~*"), "AZaz09-._~*");
  EXPECT_EQ(form_encoded("a+/= &%"), "a%2B%2F%3D+%26%25");
  EXPECT_EQ(form_encoded(std::string_view("\0\x7f\xff", 3)), "%00%7F%FF");
}

TEST(ClientAuthentication, TheBoundHoldsForTheWorstBytes) {
  for (std::size_t id = 0; id < 20; ++id) {
    for (std::size_t secret = 0; secret < 20; ++secret) {
      (void)basic(std::string(id, '\xff'), std::string(secret, '%'));  // asserts that it fitted
    }
  }
}

TEST(ClientAuthentication, TooLittleRoomIsSaidAndNothingIsWrittenBeyond) {
  char memory[10];
  ByteWriter out(memory);
  write_basic_authorization(out, "s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw");
  EXPECT_FALSE(out.ok());
}

}  // namespace
}  // namespace postern::token::oauth2
