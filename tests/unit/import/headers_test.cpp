// inject_headers becomes enrich.
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/import/translated.hpp"

namespace postern::importer {
namespace {

using test::Translated;

const std::string oauth2 =
    "token_validation_uri:{regionCodeHeader:X-Region regionCodeValue:{FR:http://fr/ US:http://us/} "
    "defaultURI:http://id/}\n";
const std::string plain = "token_validation_uri:{defaultURI:http://id/}\n";
const std::string jwt = "public_key_request_path:http://id/keys\n";

TEST(Headers, FlatOnesAreForEveryProvider) {
  const Translated it(oauth2 + R"(inject_headers:{"X-User":"$.user.name","X-Org":"org"})");
  EXPECT_EQ(it.notes(), "");
  EXPECT_EQ(it.endpoint("enrich"), R"([{"header":"X-User","claim":"$.user.name"},)"
                                   R"({"header":"X-Org","claim":"$.org"}])");
}

TEST(Headers, TheReferencesOwnExampleOfTheJwtConnectors) {
  const Translated it(jwt + R"(inject_headers:{"X-User-Context":"uctx","X-Scope":"aud",)"
                            R"("X-App-Id":"$.pib.master_app_id"})");
  EXPECT_EQ(it.notes(), "");
  EXPECT_EQ(it.endpoint("enrich"), R"([{"header":"X-User-Context","claim":"$.uctx"},)"
                                   R"({"header":"X-Scope","claim":"$.aud"},)"
                                   R"({"header":"X-App-Id","claim":"$.pib.master_app_id"}])");
}

TEST(Headers, ADottedNameIsOneClaimForJwtAndAPathForTheOthers) {
  EXPECT_EQ(Translated(jwt + "inject_headers:{X:a.b}").endpoint("enrich[0].claim"),
            R"("$['a.b']")");
  EXPECT_EQ(Translated(plain + "inject_headers:{X:a.b}").endpoint("enrich[0].claim"), R"("$.a.b")");
}

TEST(Headers, BlocksBelongToTheProviderOfTheirRegion) {  // T3, T4
  const Translated it(oauth2 +
                      R"(inject_headers:{"FR":{"X-User":"$.nom"},"default":{"X-User":"$.name"}})");
  EXPECT_EQ(it.notes(), "");
  EXPECT_EQ(it.endpoint("enrich"), R"({"fr":[{"header":"X-User","claim":"$.nom"}],)"
                                   R"("default":[{"header":"X-User","claim":"$.name"}]})");
}

TEST(Headers, ARegionWithoutAUriIsTheDefaultProviderUnderItsOwnName) {
  const Translated it(oauth2 + R"(inject_headers:{"DE":{"X-User":"$.name"}})");
  EXPECT_EQ(it.notes(), "");
  EXPECT_EQ(it.endpoint("authenticate.select.values"), R"({"FR":"fr","US":"us","DE":"de"})");
  EXPECT_EQ(it.at("$.providers.de.introspection.url"), "\"http://id/\"");
  EXPECT_EQ(it.endpoint("enrich"), R"({"de":[{"header":"X-User","claim":"$.name"}]})");
}

TEST(Headers, WithoutARegionHeaderOnlyTheDefaultBlockIsEverUsed) {
  const Translated it(plain + R"(inject_headers:{"FR":{"X-A":"$.a"},"default":{"X-B":"$.b"}})");
  EXPECT_EQ(it.endpoint("enrich"), R"([{"header":"X-B","claim":"$.b"}])");
  EXPECT_EQ(it.notes(),
            "2 inject_headers.FR: is for a region, and there is no regionCodeHeader with that "
            "value\n");
}

TEST(Headers, ABlockForARegionWithoutAnyUriIsNoted) {
  const Translated it(
      "regionCodeHeader:H\nregionCodeValue:{FR:http://fr/}\n"
      "inject_headers:{DE:{X:$.a},FR:{X:$.b}}");
  EXPECT_EQ(it.endpoint("enrich"), R"({"fr":[{"header":"X","claim":"$.b"}]})");
  EXPECT_NE(it.notes().find("3 inject_headers.DE: is for a region without a URI"),
            std::string::npos);
}

TEST(Headers, WhatCannotBeReadIsWrittenAsItStands) {
  EXPECT_EQ(Translated(plain + "inject_headers:X").endpoint("enrich"), "\"X\"");
  EXPECT_EQ(Translated(plain + "inject_headers:{A:{B:c},D:e}").notes(),
            "2 inject_headers: mixes headers with blocks of headers\n");
  EXPECT_EQ(Translated(jwt + "inject_headers:{FR:{B:c}}").notes(),
            "2 inject_headers: has a block per region, which the JWT connectors do not know\n");
}

TEST(Headers, AnXPathIsNoted) {
  const Translated it(plain + "inject_headers:{X-A:/user/name}");
  EXPECT_EQ(it.notes(),
            "2 inject_headers.X-A: is an XPath, for answers in XML; Postern reads JSON only\n");
}

TEST(Headers, NoneMeansNone) {
  EXPECT_EQ(Translated(plain).endpoint("enrich"), "");
  EXPECT_EQ(Translated(plain + "inject_headers:{}").endpoint("enrich"), "");
}

}  // namespace
}  // namespace postern::importer
