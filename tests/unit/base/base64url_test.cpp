#include "core/base/base64url.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"

namespace postern {
namespace {

std::optional<std::string> decoded(std::string_view text) {
  std::vector<std::byte> into(base64url_bytes(text.size()));
  const auto bytes = decode_base64url(text, into);
  if (!bytes) return {};
  return std::string(as_text(*bytes));
}

TEST(Base64Url, AgreesWithTheRfc) {
  // RFC 4648 section 10, without the padding.
  EXPECT_EQ(decoded(""), "");
  EXPECT_EQ(decoded("Zg"), "f");
  EXPECT_EQ(decoded("Zm8"), "fo");
  EXPECT_EQ(decoded("Zm9v"), "foo");
  EXPECT_EQ(decoded("Zm9vYg"), "foob");
  EXPECT_EQ(decoded("Zm9vYmE"), "fooba");
  EXPECT_EQ(decoded("Zm9vYmFy"), "foobar");
  // RFC 7515 appendix C: both digits that base64 spells otherwise.
  EXPECT_EQ(decoded("A-z_4ME"), "\x03\xec\xff\xe0\xc1");
}

TEST(Base64Url, NothingElseIsTaken) {
  for (const char* text : {"Zg==", "Zg=", "=", "Zm9v=", "Zm9v Yg", "Zm9v\nYg", " Zm9v", "Zm9v ",
                           "A+z/4ME", "Zm9.", "Zm9\x7f", "Zm9\xc3", "Z", "Zm9vY"}) {
    EXPECT_FALSE(decoded(text)) << text;
  }
  using namespace std::string_view_literals;
  EXPECT_FALSE(decoded("Zm9\0"sv));
}

TEST(Base64Url, EveryByteHasOneSpelling) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::set<std::string> one_byte;
  std::set<std::string> two_bytes;
  std::size_t spellings = 0;
  for (const char first : digits) {
    for (const char second : digits) {
      if (const auto bytes = decoded(std::string{first, second})) {
        one_byte.insert(*bytes);
        ++spellings;
      }
      for (const char third : digits) {
        if (const auto bytes = decoded(std::string{first, second, third})) {
          two_bytes.insert(*bytes);
          ++spellings;
        }
      }
    }
  }
  EXPECT_EQ(one_byte.size(), 256U);
  EXPECT_EQ(two_bytes.size(), 65536U);
  EXPECT_EQ(spellings, 256U + 65536U);
}

TEST(Base64Url, MayBeDecodedWhereItStands) {
  std::string text = "Zm9vYmFy";
  const auto bytes = decode_base64url(text, std::as_writable_bytes(std::span(text)));
  ASSERT_TRUE(bytes);
  EXPECT_EQ(as_text(*bytes), "foobar");
}

TEST(Base64Url, NeedsRoom) {
  std::vector<std::byte> into(2);
  EXPECT_FALSE(decode_base64url("Zm9v", into));
  EXPECT_TRUE(decode_base64url("Zm8", into));
}

std::string encoded(std::string_view bytes) {
  std::vector<char> memory(base64url_text_bytes(bytes.size()));
  ByteWriter out(memory);
  write_base64url(out, as_bytes(bytes));
  EXPECT_TRUE(out.ok());
  EXPECT_EQ(out.room(), 0U);
  return std::string(out.written());
}

TEST(Base64Url, IsWrittenAsItIsRead) {
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg");
  EXPECT_EQ(encoded("fo"), "Zm8");
  EXPECT_EQ(encoded("foo"), "Zm9v");
  EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encoded("\x03\xec\xff\xe0\xc1"), "A-z_4ME");
  std::string bytes;
  for (int i = 0; i < 512; ++i) {
    EXPECT_EQ(decoded(encoded(bytes)), bytes) << i;
    bytes += static_cast<char>(i * 37);
  }
}

}  // namespace
}  // namespace postern
