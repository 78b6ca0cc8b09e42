// token_validation_uri and userinfo_endpoint: which provider a request's region chooses.
// T3, T4 and T5 of the reference, as far as they concern configuration.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/unit/import/translated.hpp"

namespace postern::importer {
namespace {

using test::Translated;

constexpr std::string_view spellings[] = {
    // proper JSON
    R"(token_validation_uri:{"regionCodeHeader":"X-Region","regionCodeValue":)"
    R"({"FR":"http://fr.example/check?api_key=1","US":"http://us.example/check"},)"
    R"("defaultURI":"http://id.example/check"})",
    // bare words without commas
    R"(token_validation_uri: { regionCodeHeader:X-Region regionCodeValue:)"
    R"({"FR":"http://fr.example/check?api_key=1","US":"http://us.example/check"} )"
    R"(defaultURI:http://id.example/check })",
    // bare words with commas
    R"(token_validation_uri:{regionCodeHeader:X-Region, regionCodeValue:)"
    R"({FR:http://fr.example/check?api_key=1, US:http://us.example/check}, )"
    R"(defaultURI:http://id.example/check})",
    // three lines
    R"(regionCodeHeader:X-Region
regionCodeValue:{"FR":"http://fr.example/check?api_key=1","US":"http://us.example/check"}
defaultURI:http://id.example/check)",
    // three lines below their name
    R"(token_validation_uri:
regionCodeHeader : X-Region
regionCodeValue : {
  "FR" : "http://fr.example/check?api_key=1",
  "US" : "http://us.example/check"
}
defaultURI : http://id.example/check)",
};

TEST(Regions, EverySpellingOfTheReferenceMeansTheSame) {
  for (const std::string_view lines : spellings) {
    const Translated it(lines);
    EXPECT_EQ(it.notes(), "") << lines;
    EXPECT_EQ(it.endpoint("authenticate"),
              R"({"connector":"oauth2","select":{"header":"X-Region",)"
              R"("values":{"FR":"fr","US":"us"},"default":"provider"}})")
        << lines;
    EXPECT_EQ(it.at("$.providers"),
              R"({"provider":{"introspection":{"url":"http://id.example/check","method":"GET",)"
              R"("client_auth":"none","mode":"status"}},)"
              R"("fr":{"introspection":{"url":"http://fr.example/check?api_key=1","method":"GET",)"
              R"("client_auth":"none","mode":"status"}},)"
              R"("us":{"introspection":{"url":"http://us.example/check","method":"GET",)"
              R"("client_auth":"none","mode":"status"}}})")
        << lines;
  }
}

TEST(Regions, UserinfoEndpointIsReadTheSameWay) {
  for (std::string lines : {std::string(spellings[0]), std::string(spellings[1])}) {
    lines.replace(0, std::string_view("token_validation_uri").size(), "userinfo_endpoint");
    const Translated it(lines);
    EXPECT_EQ(it.notes(), "");
    EXPECT_EQ(it.endpoint("authenticate.connector"), "\"oidc\"");
    EXPECT_EQ(it.endpoint("authenticate.select.values"), R"({"FR":"fr","US":"us"})");
    EXPECT_EQ(
        it.at("$.providers.fr.userinfo"),
        R"({"url":"http://fr.example/check?api_key=1","method":"GET","verify_locally":false})");
  }
}

TEST(Regions, TheThreeLinesBelongToWhicheverNameStandsBesideThem) {
  const std::string lines =
      "regionCodeHeader:H\nregionCodeValue:{FR:http://fr/}\ndefaultURI:http://a/\n";
  for (const std::string_view beside : {"userinfo_endpoint:", "error_metadata_location:"}) {
    const Translated it(lines + std::string(beside));
    EXPECT_EQ(it.notes(), "") << beside;
    EXPECT_EQ(it.endpoint("authenticate.connector"), "\"oidc\"") << beside;
    EXPECT_EQ(it.at("$.providers.fr.userinfo.url"), "\"http://fr/\"") << beside;
  }
  EXPECT_EQ(Translated(lines).endpoint("authenticate.connector"), "\"oauth2\"");
}

TEST(Regions, WithoutRegionsThereIsTheDefaultOnly) {
  const Translated it("token_validation_uri:{defaultURI:http://id.example/check}");
  EXPECT_EQ(it.notes(), "");
  EXPECT_EQ(it.endpoint("authenticate.select"), R"({"default":"provider"})");
}

TEST(Regions, WithoutADefaultNoProviderIsNamedForOtherRegions) {  // T5
  const Translated it(
      R"(token_validation_uri:{"regionCodeHeader":"X-R","regionCodeValue":{"FR":"http://fr/"}})");
  EXPECT_EQ(it.endpoint("authenticate.select"), R"({"header":"X-R","values":{"FR":"fr"}})");
  EXPECT_EQ(it.notes(),
            "1 token_validation_uri: has no defaultURI: the reference refuses every call, Postern "
            "only those whose region has no URI\n");
}

TEST(Regions, WithoutAnyUriThereIsNoProvider) {  // T5
  const Translated it("token_validation_uri:{regionCodeHeader:X-R}");
  EXPECT_EQ(it.at("$.providers"), "{}");
  EXPECT_EQ(it.endpoint("authenticate.select"), "{}");
  EXPECT_NE(it.notes(), "");
}

TEST(Regions, ValuesWithoutAHeaderChooseNothing) {
  const Translated it(
      R"(token_validation_uri:{"regionCodeValue":{"FR":"http://fr/"},"defaultURI":"http://id/"})");
  EXPECT_EQ(it.endpoint("authenticate.select"), R"({"default":"provider"})");
  EXPECT_EQ(it.notes(),
            "1 token_validation_uri.regionCodeValue: is not used without regionCodeHeader: all "
            "calls go to the default URI\n");
}

TEST(Regions, CodesThatDifferInCaseAreDifferentProviders) {
  const Translated it(R"(token_validation_uri:{regionCodeHeader:H,defaultURI:http://id/,)"
                      R"(regionCodeValue:{FR:http://a/,fr:http://b/,default:http://c/}})");
  EXPECT_EQ(it.endpoint("authenticate.select.values"),
            R"({"FR":"fr","fr":"fr-2","default":"default-2"})");
  EXPECT_EQ(it.at("$.providers['fr-2'].introspection.url"), "\"http://b/\"");
}

TEST(Regions, AMemberThatTheObjectDoesNotKnowIsNoted) {
  const Translated it("token_validation_uri:{defaultUri:http://a/,defaultURI:http://b/}");
  EXPECT_EQ(it.at("$.providers.provider.introspection.url"), "\"http://b/\"");
  EXPECT_EQ(it.notes(),
            "1 token_validation_uri.defaultUri: is no member of this object, and the reference "
            "ignores it\n");
}

TEST(Regions, ALineBesideTheObjectThatSaysItTooIsNoted) {
  const Translated it("token_validation_uri:{defaultURI:http://a/}\ndefaultURI:http://b/");
  EXPECT_EQ(it.at("$.providers.provider.introspection.url"), "\"http://a/\"");
  EXPECT_EQ(it.notes(),
            "2 defaultURI: stands beside the object that says it, too; that was taken\n");
}

TEST(Regions, WhatIsNoObjectIsWrittenAsItStands) {
  const Translated url("token_validation_uri:http://id.example/check");
  EXPECT_EQ(url.at("$.providers.provider.introspection.url"), "\"http://id.example/check\"");
  EXPECT_EQ(url.notes(),
            "1 token_validation_uri: is not an object in braces; all of it was taken for the "
            "default URI\n");
  const Translated open("token_validation_uri:{defaultURI:");
  EXPECT_EQ(open.at("$.providers.provider.introspection.url"), R"("{defaultURI:")");
  const Translated values(
      "token_validation_uri:{regionCodeHeader:H,regionCodeValue:FR,defaultURI:http://id/}");
  EXPECT_EQ(values.endpoint("authenticate.select"),
            R"({"header":"H","values":"FR","default":"provider"})")
      << "which check refuses";
  EXPECT_EQ(values.notes(), "1 token_validation_uri.regionCodeValue: is not an object\n");
}

}  // namespace
}  // namespace postern::importer
