// Which connector lines are for, and what of a chain belongs to it.
#include "firmware/linux/import/find_connector.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/unit/import/translated.hpp"

namespace postern::importer {
namespace {

using test::Translated;

struct Case {
  std::string_view lines;
  std::string_view kind;
};

std::string kind_of(std::string_view lines) {
  Notes notes;
  const auto found = find_connector(read_lines(lines, notes), notes);
  return found ? std::string(name_of(found->kind)) : "none";
}

TEST(FindConnector, TheNamesThatOccurSayWhichOneItIs) {
  constexpr Case cases[] = {
      {"token_validation_uri:{}", "OAuth2"},
      {"userinfo_endpoint:{}", "OIDC"},
      {"public_key_request_path:x", "JWT"},
      {"jwks_uri:x", "OAuth2JWT"},
      {"defaultURI:x", "OAuth2"},
      {"regionCodeHeader:h\nregionCodeValue:{}", "OAuth2"},
      {"defaultURI:x\nenable_error_set:true", "OIDC"},
      {"error_metadata_location:ResponseHeaders\ndefaultURI:x", "OIDC"},
      {"iss:a\naud:b\ninject_headers:{}", "none"},
      {"Policies:[[P1]]", "none"},
      {"", "none"},
  };
  for (const Case& it : cases) EXPECT_EQ(kind_of(it.lines), it.kind) << it.lines;
}

const std::string oauth2_bean =
    "com.mashery.proxy.customer.generic.oauth-token-validation-connector";

TEST(FindConnector, TheTokenConnectorOfAChainIsCarriedAndTheRestIsNoted) {
  const Translated it("processors:whitelist," + oauth2_bean +
                      "\nwhitelist.whitelisted_ip_list:10.0.0.1\n" + oauth2_bean +
                      ".token_validation_uri:{\"defaultURI\":\"http://id.example/\"}\n" +
                      oauth2_bean + ".block_authorization_header:true\n");
  EXPECT_EQ(it.at("$.providers.provider.introspection.url"), "\"http://id.example/\"");
  EXPECT_EQ(it.endpoint("forward_authorization"), "false");
  EXPECT_EQ(it.notes(),
            "1 whitelist: is another processor of the chain; Postern has no chains\n"
            "2 whitelist.whitelisted_ip_list: is a parameter of another processor of the chain\n");
}

TEST(FindConnector, AChainOfTheConnectorAloneIsCarriedWhole) {
  const Translated it("processors:B\nB.userinfo_endpoint:{defaultURI:http://id.example/}");
  EXPECT_EQ(it.at("$.providers.provider.userinfo.url"), "\"http://id.example/\"");
  EXPECT_EQ(it.notes(), "");
}

TEST(FindConnector, AProcessorsNameMayStandInFrontWithoutAChain) {
  const Translated it(oauth2_bean + ".token_validation_uri:{defaultURI:http://id.example/}");
  EXPECT_EQ(it.endpoint("authenticate.connector"), "\"oauth2\"");
  EXPECT_EQ(it.notes(), "");
}

TEST(FindConnector, AKnownProcessorsNameSaysWhichOneItIs) {
  const Translated it(
      "com.mashery.proxy.customer.generic.oidc-token-connector.defaultURI:http://a/");
  EXPECT_EQ(it.endpoint("authenticate.connector"), "\"oidc\"");
  EXPECT_EQ(it.notes(), "");
}

TEST(FindConnector, OAuth2JwtLeadsItsOwnChain) {
  const Translated it(
      "jwks_uri:http://id.example/keys\nprocessors:whitelist,black\n"
      "whitelist.whitelisted_ip_list:10.0.0.1\n");
  EXPECT_EQ(it.endpoint("authenticate.connector"), "\"jwt\"");
  EXPECT_EQ(it.notes(),
            "2 whitelist: is another processor of the chain; Postern has no chains\n"
            "3 whitelist.whitelisted_ip_list: is a parameter of another processor of the chain\n"
            "2 black: is another processor of the chain; Postern has no chains\n");
}

TEST(FindConnector, WhereOneNameBeginsWithAnotherTheLongerOneOwnsTheParameter) {
  const Translated it("processors:A,A.B\nA.B.jwks_uri:http://id.example/keys\nA.x:y");
  EXPECT_EQ(it.at("$.providers.provider.jwks.url"), "\"http://id.example/keys\"");
  EXPECT_EQ(it.notes(),
            "1 A: is another processor of the chain; Postern has no chains\n"
            "3 A.x: is a parameter of another processor of the chain\n");
}

TEST(FindConnector, InAChainALineWithoutAProcessorsNameIsNoted) {
  const Translated it("processors:B\nB.jwks_uri:http://id.example/keys\niss:a");
  EXPECT_EQ(it.endpoint("authorize.issuers"), "");
  EXPECT_EQ(it.notes(), "3 iss: stands in a chain without a processor's name in front\n");
}

TEST(FindConnector, TwoConnectorsAtOnceAreToldApart) {
  const Translated it(
      "token_validation_uri:{defaultURI:http://id.example/}\n"
      "jwks_uri:http://id.example/keys\niss:a");
  EXPECT_EQ(it.endpoint("authenticate.connector"), "\"jwt\"");
  EXPECT_EQ(it.notes(),
            "1 token_validation_uri: is no parameter of the OAuth2JWT connector, which ignores it; "
            "it is one of OAuth2\n");
}

}  // namespace
}  // namespace postern::importer
