// Which addresses a provider's metadata may send us to.
#include "core/token/documents.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "tests/unit/config/loaded.hpp"

namespace postern::token {
namespace {

/// What becomes of a `jwks_uri` that the metadata of `issuer` says; empty: it is not used. `more`:
/// further members of the provider.
std::string taken_from(const std::string& issuer, const std::string& jwks_uri,
                       const std::string& more = "") {
  const config::test::Loaded config(R"({
    "listeners": [{"address": "127.0.0.1:1"}],
    "providers": {"plant": {"issuer": ")" +
                                    issuer + R"(")" + more + R"(}},
    "upstreams": {"api": {"servers": ["http://127.0.0.1:2"]}},
    "endpoints": [{"name": "api", "match": {"path": "/"}, "upstream": "api",
                   "authenticate": {"connector": "jwt"}}]
  })");
  EXPECT_TRUE(config.ok());
  std::vector<std::byte> provider_memory(16 * 1024);
  std::vector<std::byte> memory(256 * 1024);
  Arena provider_arena(provider_memory);
  Arena arena(memory);
  Published published(config->providers[0], {});
  Provider provider(config->providers[0], 0, published, provider_arena);
  const std::string body = R"({"issuer":")" + issuer + R"(","jwks_uri":")" + jwks_uri + R"("})";
  ProviderAnswer answer;
  answer.status = 200;
  answer.content_type = "application/json";
  answer.body = body;
  const auto outcome =
      take_document(provider, Document::Metadata, answer, MonotonicTime{1}, {}, arena);
  EXPECT_FALSE(outcome.problem);
  std::array<char, discovered_address_bytes_max> text;
  return std::string(published.address(Service::KeySet, text));
}

TEST(MetadataAddresses, MayBeOnAnotherHost) {
  for (const char* address :
       {"http://id.test/jwks", "http://keys.test:8080/jwks?v=1", "http://10.0.0.1/jwks",
        "http://127.0.0.1/jwks", "http://[2001:db8::1]/jwks"}) {
    EXPECT_EQ(taken_from("http://id.test", address), address);
  }
}

TEST(MetadataAddresses, DoNotStepDownFromHttps) {
  EXPECT_EQ(taken_from("https://id.test", "https://keys.test/jwks"), "https://keys.test/jwks");
  EXPECT_EQ(taken_from("https://id.test", "http://id.test/jwks"), "");
  EXPECT_EQ(taken_from("HTTPS://id.test", "http://id.test/jwks"), "");
}

TEST(MetadataAddresses, AreHttpsWhereSomebodyIsTrusted) {
  EXPECT_EQ(taken_from("http://id.test", "https://id.test/jwks", R"(, "tls": {})"),
            "https://id.test/jwks");
  EXPECT_EQ(taken_from("http://id.test", "https://id.test/jwks"), "");
}

TEST(MetadataAddresses, AreNeverLinkLocalInWhateverSpelling) {
  for (const char* host :
       {"169.254.169.254", "169.254.0.1", "[fe80::1]", "[febf::1]", "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]", "2852039166", "0xa9fea9fe", "169.254.43518"}) {
    EXPECT_EQ(taken_from("http://id.test", "http://" + std::string(host) + "/jwks"), "") << host;
  }
}

TEST(MetadataAddresses, MayBeLinkLocalWhereTheIssuerIs) {
  EXPECT_EQ(taken_from("http://169.254.1.1", "http://169.254.1.2/jwks"), "http://169.254.1.2/jwks");
  EXPECT_EQ(taken_from("http://169.254.1.1", "http://[fe80::1]/jwks"), "http://[fe80::1]/jwks");
}

TEST(MetadataAddresses, AreUrlsThatTheFileCouldSay) {
  for (const char* address :
       {"", "jwks", "/jwks", "//id.test/jwks", "ftp://id.test/jwks", "https://id.test/jwks",
        "http://me@id.test/jwks", "http://id.test/jwks#a", "http://id.test/a/../jwks",
        "http://id.test:0/jwks", "http://id.test:99999/jwks", "http:///jwks"}) {
    EXPECT_EQ(taken_from("http://id.test", address), "") << address;
  }
  EXPECT_EQ(taken_from("http://id.test", "http://id.test/" + std::string(300, 'a')), "");
}

}  // namespace
}  // namespace postern::token
