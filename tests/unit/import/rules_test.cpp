// What the JWT connectors demand of a token. T12 and T17 of the reference, as far as they concern
// configuration.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/unit/import/translated.hpp"

namespace postern::importer {
namespace {

using test::Translated;

const std::string jwt = "public_key_request_path:http://id/keys\n";

TEST(Rules, IssuersAndAudiencesAreCommaLists) {
  const Translated it(jwt + "iss:https://a.example, https://b.example ,\naud:urn:api,other");
  EXPECT_EQ(it.notes(), "");
  EXPECT_EQ(it.endpoint("authorize.issuers"), R"(["https://a.example","https://b.example"])");
  EXPECT_EQ(it.endpoint("authorize.audience"), R"(["urn:api","other"])");
}

TEST(Rules, OneIssuerIsNoReasonToDiscoverAnything) {
  const Translated it(jwt + "iss:http://id.example");
  EXPECT_EQ(it.endpoint("authorize.issuers"), R"(["http://id.example"])");
  EXPECT_EQ(it.at("$.providers.provider.issuer"), "");
}

TEST(Rules, AListOfNothingIsNoted) {
  EXPECT_EQ(Translated(jwt + "iss:\naud: ,").notes(),
            "2 iss: names nothing, so that nothing is checked\n"
            "3 aud: names nothing, so that nothing is checked\n");
}

TEST(Rules, TheOverrideOfAnExpiryIsAnAge) {  // T12: override 5 is 300 s after iat
  const Translated it(jwt + "token_expiry_override:5");
  EXPECT_EQ(it.notes(), "");
  EXPECT_EQ(it.endpoint("authorize.max_token_age_s"), "300");
}

TEST(Rules, AnAgeThatIsNoAgeIsWrittenAsItStandsSoThatCheckRefusesIt) {
  for (const std::string_view age :
       {"0", "5m", "-5", "1.5", "99999999999999999999", "4294967295"}) {
    const Translated it(jwt + "token_expiry_override:" + std::string(age));
    EXPECT_EQ(it.endpoint("authorize.max_token_age_s"), "\"" + std::string(age) + "\"");
    EXPECT_NE(it.notes(), "") << age;
  }
}

TEST(Rules, EachMatchPolicyHasItsWord) {  // T17
  struct Case {
    std::string_view line;
    std::string_view match;
  };
  constexpr Case cases[] = {
      {"", "any"},
      {"GroupsMatchPolicy:matchany", "any"},
      {"GroupsMatchPolicy:matchall", "all"},
      {"GroupsMatchPolicy : matchexact", "exact"},
      {"GroupsMatchPolicy:matchnone", "none"},
  };
  for (const Case& row : cases) {
    const Translated it(jwt + "nonstandard_claims:{\"Groups\":\"a, b\"}\n" + std::string(row.line));
    EXPECT_EQ(it.notes(), "");
    EXPECT_EQ(it.endpoint("authorize.claims"), "[{\"claim\":\"$.Groups\",\"match\":\"" +
                                                   std::string(row.match) +
                                                   "\",\"values\":[\"a\",\"b\"]}]");
  }
}

TEST(Rules, AMisspeltPolicyIsNeverReadAsItsOpposite) {
  const Translated it(jwt + "nonstandard_claims:{g:a}\ngMatchPolicy:matchNone");
  EXPECT_EQ(it.endpoint("authorize.claims[0].match"), "\"gMatchPolicy:matchNone\"")
      << "which check refuses";
  EXPECT_EQ(it.notes(), "3 gMatchPolicy: is none of matchall, matchexact, matchnone, matchany\n");
}

TEST(Rules, PoliciesAreFoundByTheExactNameOfTheirClaim) {
  const Translated it(jwt + "nonstandard_claims:{Groups:a}\ngroupsMatchPolicy:matchall");
  EXPECT_EQ(it.endpoint("authorize.claims[0].match"), "\"any\"");
  EXPECT_EQ(it.notes(),
            "3 groupsMatchPolicy: belongs to a claim that nonstandard_claims does not name\n");
}

TEST(Rules, NamesWithDotsAndColonsAreOneClaim) {
  const Translated it(jwt +
                      "nonstandard_claims:{\"https://plant.example/roles\":\"a\",\"x.y\":\"b\"}\n"
                      "https://plant.example/rolesMatchPolicy:matchall\nx.yMatchPolicy:matchnone");
  EXPECT_EQ(it.notes(), "");
  EXPECT_EQ(it.endpoint("authorize.claims"),
            R"([{"claim":"$['https://plant.example/roles']","match":"all","values":["a"]},)"
            R"({"claim":"$['x.y']","match":"none","values":["b"]}])");
}

TEST(Rules, ClaimsThatCannotBeReadAreWrittenAsTheyStandSoThatCheckRefusesThem) {
  const Translated it(jwt + "nonstandard_claims:groups=a");
  EXPECT_EQ(it.endpoint("authorize.claims"), "\"groups=a\"");
  EXPECT_EQ(it.notes(), "2 nonstandard_claims: is not an object in braces\n");
}

TEST(Rules, TheConnectorsThatAskDoNotKnowThem) {
  const Translated it("token_validation_uri:{defaultURI:http://id/}\niss:a");
  EXPECT_EQ(it.endpoint("authorize"), "");
  EXPECT_EQ(
      it.notes(),
      "2 iss: is no parameter of the OAuth2 connector, which ignores it; it is one of JWT and "
      "OAuth2JWT\n");
}

}  // namespace
}  // namespace postern::importer
