#include "core/config/url.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace postern::config {
namespace {

std::optional<UrlError> error_of(const std::string& text) {
  std::array<std::byte, 4096> memory;
  Arena arena(memory);
  const auto url = parse_url(text, arena);
  return url ? std::nullopt : std::optional(url.error());
}

TEST(Url, ComesInPieces) {
  std::array<std::byte, 4096> memory;
  Arena arena(memory);
  const auto url = parse_url("http://Id.Example:9100/a?b=c", arena);
  ASSERT_TRUE(url);
  EXPECT_EQ(url->authority, "id.example:9100");
  EXPECT_EQ(url->host, "id.example");
  EXPECT_EQ(url->port, 9100);
  EXPECT_EQ(url->target, "/a?b=c");
  EXPECT_EQ(url->literal.family, Address::Family::None);
}

// What is kept of a discovered address has three times its length for it (core/token/provider.hpp).
TEST(Url, NeedsNoMoreThanThreeTimesItsLength) {
  for (const std::string text : {"http://a", "https://id.example", "http://id.example:9100/a/b?c=d",
                                 "https://id.example/a%2Cb"}) {
    std::vector<std::byte> memory(3 * text.size());
    Arena arena(memory);
    const auto url = parse_url(text, arena);
    ASSERT_TRUE(url) << text;
    EXPECT_TRUE(text.ends_with(url->target) || url->target == "/") << url->target;
    std::vector<std::byte> too_little(arena.used() - 1);
    Arena small(too_little);
    const auto none = parse_url(text, small);
    EXPECT_EQ(none ? std::nullopt : std::optional(none.error()), UrlError::NoMemory) << text;
  }
}

TEST(Url, ATargetIsWhatWasWrittenAndNothingElse) {
  for (const char* target : {"/a/../b", "/%61", "/a//b", "/%2c", "/a b", "/%zz"}) {
    EXPECT_EQ(error_of(std::string("http://id.example") + target), UrlError::Target) << target;
  }
}

TEST(Url, HttpsHasAPortOfItsOwn) {
  std::array<std::byte, 4096> memory;
  Arena arena(memory);
  const auto url = parse_url("HTTPS://id.example/a", arena);
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->secure);
  EXPECT_EQ(url->port, 443);
  EXPECT_EQ(url->authority, "id.example");
  EXPECT_FALSE(parse_url("http://id.example/", arena)->secure);
  EXPECT_EQ(parse_url("https://id.example:443/", arena)->authority, "id.example");
  EXPECT_EQ(parse_url("https://id.example:80/", arena)->authority, "id.example:80");
  EXPECT_EQ(parse_url("http://id.example:443/", arena)->authority, "id.example:443");
  EXPECT_EQ(parse_url("https://192.0.2.7/", arena)->literal.port, 443);
}

TEST(Url, AHostIsANameOrAnAddressInItsUsualSpelling) {
  for (const char* host :
       {"id.example", "id", "9to5.example", "1.2.3.4.example", "id.example.", "10.0.0.1",
        "[fe80::1]", "[::ffff:10.0.0.1]", "x0x7f", "0x7f.example", "12345.a", "0xyz"}) {
    EXPECT_EQ(error_of("http://" + std::string(host) + ":80/"), std::nullopt) << host;
  }
}

// Resolvers take these for 169.254.169.254 or 127.0.0.1: an address that was judged by nobody.
TEST(Url, AnAddressInDisguiseIsNoName) {
  for (const char* host : {"2852039166", "0xa9fea9fe", "0XA9FEA9FE", "169.254.43518",
                           "0251.0376.0251.0376", "0x7f.1", "127.1", "127.0.0.01", "256.0.0.1",
                           "1.2.3.4.5", "10.0.0.1.", "name.1", "name.0x1", "0x", "0"}) {
    EXPECT_EQ(error_of("http://" + std::string(host) + "/"), UrlError::Authority) << host;
  }
}

}  // namespace
}  // namespace postern::config
