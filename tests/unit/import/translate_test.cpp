// Each connector with its own defaults, proxies (T16) and error texts.
#include "firmware/linux/import/translate.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/unit/import/translated.hpp"

namespace postern::importer {
namespace {

using test::Translated;

const std::string oauth2 = "token_validation_uri:{defaultURI:http://id/}\n";
const std::string oidc = "userinfo_endpoint:{defaultURI:http://id/}\n";
const std::string jwt = "public_key_request_path:http://id/keys\n";
const std::string oauth2_jwt = "jwks_uri:http://id/keys\n";

TEST(Translate, WhetherTheUpstreamGetsTheTokenIsTheConnectorsOwnDefault) {
  struct Case {
    const std::string& lines;
    std::string_view forward;
  };
  const Case cases[] = {{oauth2, "true"}, {jwt, "true"}, {oauth2_jwt, "false"}, {oidc, "false"}};
  for (const Case& row : cases) {
    const auto forward = [&](const std::string& line) {
      return Translated(row.lines + line).endpoint("forward_authorization");
    };
    EXPECT_EQ(forward(""), row.forward) << row.lines;
    EXPECT_EQ(forward("block_authorization_header:true"), "false");
    EXPECT_EQ(forward("block_authorization_header:TRUE"), "false");
    EXPECT_EQ(forward("block_authorization_header:false"), "true");
    EXPECT_EQ(forward("block_authorization_header:no"), "\"no\"") << "which check refuses";
  }
}

TEST(Translate, TheKeySetIsRefreshedAfterItsMinutes) {
  for (const std::string& lines :
       {jwt + "public_key_ttl:15", oauth2_jwt + "jwks_cache_expiry : 15"}) {
    const Translated it(lines);
    EXPECT_EQ(it.notes(), "");
    EXPECT_EQ(it.at("$.providers.provider.jwks"), R"({"url":"http://id/keys","refresh_s":900})");
    EXPECT_EQ(it.at("$.providers.provider.algorithms"),
              R"(["RS256","RS384","RS512","ES256","ES384","ES512"])");
  }
  EXPECT_EQ(Translated(jwt).at("$.providers.provider.jwks"), R"({"url":"http://id/keys"})");
}

TEST(Translate, ThePortOfAProxyMayStandInTwoPlaces) {  // T16
  struct Case {
    std::string_view lines;
    std::string_view proxy;
  };
  constexpr Case cases[] = {
      {"http_proxy_server:proxy:3128", "http://proxy:3128"},
      {"http_proxy_server:proxy\nhttp_proxy_port:8080", "http://proxy:8080"},
      {"http_proxy_port:8080\nhttp_proxy_server:proxy:3128", "http://proxy:8080"},
      {"http_proxy_server:proxy", "http://proxy"},
      {"http_proxy_server:http://proxy:3128/\nhttp_proxy_port:8080", "http://proxy:8080"},
      {"http_proxy_server:[2001:db8::1]:3128\nhttp_proxy_port:8080", "http://[2001:db8::1]:8080"},
      {"http_proxy_server:[2001:db8::1]", "http://[2001:db8::1]"},
      {"http_proxy_server:2001:db8::1\nhttp_proxy_port:8080", "http://[2001:db8::1]:8080"},
  };
  for (const std::string& connector : {oauth2, oidc, jwt, oauth2_jwt}) {
    for (const Case& row : cases) {
      const Translated it(connector + std::string(row.lines));
      EXPECT_EQ(it.notes(), "");
      EXPECT_EQ(it.at("$.providers.provider.proxy"), "\"" + std::string(row.proxy) + "\"");
    }
  }
}

TEST(Translate, APortWithoutAProxyIsNoted) {
  const Translated it(oauth2 + "http_proxy_port:8080");
  EXPECT_EQ(it.at("$.providers.provider.proxy"), "");
  EXPECT_EQ(it.notes(), "2 http_proxy_port: is the port of a proxy that no line names\n");
}

TEST(Translate, WhereTheProvidersMessageIs) {  // rows of the reference's error matrix
  struct Case {
    std::string_view lines;
    std::string_view message;
  };
  constexpr Case cases[] = {
      {"error_metadata_location:ResponseHeaders\nerror_header_name:WWW-Authenticate",
       R"({"from":"header","header":"WWW-Authenticate"})"},
      {"error_metadata_location:ResponsePayload\nerror_payload_location:$.errorMessage",
       R"({"from":"body","claim":"$.errorMessage"})"},
      {"error_metadata_location:ResponsePayload", R"({"from":"body"})"},
      {"error_metadata_location:ResponseHeaders", ""},
      {"error_metadata_location:ResponseHeaders\nerror_header_name:", ""},
      {"", ""},
  };
  for (const Case& row : cases) {
    const Translated it(oidc + std::string(row.lines));
    EXPECT_EQ(it.notes(), "") << row.lines;
    EXPECT_EQ(it.at("$.providers.provider.userinfo.error_message"), row.message) << row.lines;
  }
}

TEST(Translate, AMessageThatIsNeverLookedForIsNoted) {
  const Translated it(oidc + "error_metadata_location:responseheaders\nerror_header_name:X");
  EXPECT_EQ(it.at("$.providers.provider.userinfo.error_message"), "");
  EXPECT_EQ(it.notes(),
            "2 error_metadata_location: is neither ResponseHeaders nor ResponsePayload\n"
            "3 error_header_name: is not used without error_metadata_location:ResponseHeaders\n");
}

TEST(Translate, AnErrorSetIsCarriedWithoutItsTexts) {
  for (const std::string& lines :
       {oidc + "enable_error_set:TRUE", jwt + "customizeErrorEnable:True"}) {
    const Translated it(lines);
    EXPECT_EQ(it.endpoint("errors"), R"({"override":true})");
    EXPECT_NE(it.notes().find("texts of the error set are not among these lines"),
              std::string::npos);
  }
  for (const std::string_view word : {"false", "", "yes", "1"}) {
    const Translated it(oidc + "enable_error_set:" + std::string(word));
    EXPECT_EQ(it.endpoint("errors"), "") << "any other word means no";
    EXPECT_EQ(it.notes(), "");
  }
}

TEST(Translate, WhatIsSharedWithNativeTokensIsNoted) {  // T15
  const Translated it(oauth2_jwt + "shared_token_spkey:abc");
  EXPECT_NE(it.notes().find("2 shared_token_spkey: lets native tokens in"), std::string::npos);
}

TEST(Translate, NamesThatNobodyKnowsAreNoted) {
  EXPECT_EQ(Translated(oauth2 + "frob:1").notes(),
            "2 frob: is no parameter of the OAuth2 connector, which ignores it\n");
  EXPECT_EQ(Translated(jwt + "ISS:a").notes(),
            "2 ISS: is no parameter of the JWT connector, which ignores it, because names are "
            "case-sensitive\n");
  EXPECT_EQ(
      Translated(jwt + "jwks_cache_expiry:5").notes(),
      "2 jwks_cache_expiry: is no parameter of the JWT connector, which ignores it; it is one "
      "of OAuth2JWT\n");
}

TEST(Translate, TextOfTheInputIsEscaped) {
  const Translated it("token_validation_uri:{\"defaultURI\":\"http://id/\\\"\\u0007\xC3\xB6\"}");
  EXPECT_EQ(it.at("$.providers.provider.introspection.url"), "\"http://id/\\\"\\u0007\xC3\xB6\"");
}

}  // namespace
}  // namespace postern::importer
