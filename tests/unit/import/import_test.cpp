// The whole way: lines in; a file and notes out.
#include "firmware/linux/import/import.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/unit/config/loaded.hpp"
#include "tests/unit/import/translated.hpp"

namespace postern::importer {
namespace {

// One of each connector, with everything that can be carried over.
constexpr std::string_view whole_connectors[] = {
    "token_validation_uri:{ regionCodeHeader:X-Region "
    "regionCodeValue:{\"FR\":\"http://fr.example/check\",\"US\":\"http://us.example/check\"} "
    "defaultURI:http://id.example/check?api_key=1 }\n"
    "inject_headers:{\"FR\":{\"X-User\":\"$.nom\"},\"DE\":{},\"default\":{\"X-User\":\"user.name\"}"
    "}\n"
    "block_authorization_header:true\nhttp_proxy_server:proxy.example\nhttp_proxy_port:3128\n",

    "userinfo_endpoint:{\"regionCodeHeader\":\"X-Region\",\"regionCodeValue\":"
    "{\"FR\":\"http://fr.example/me\"},\"defaultURI\":\"http://id.example/me\"}\n"
    "inject_headers:{\"X-User\":\"$.sub\"}\nerror_metadata_location:ResponseHeaders\n"
    "error_header_name:WWW-Authenticate\nenable_error_set:false\n",

    "public_key_request_path:http://id.example/keys\npublic_key_ttl:60\niss:https://id.example\n"
    "aud:urn:a,urn:b\nnonstandard_claims:{\"groups\":\"a,b\",\"plant.role\":\"c\"}\n"
    "groupsMatchPolicy:matchall\nplant.roleMatchPolicy:matchnone\ntoken_expiry_override:5\n"
    "inject_headers:{\"X-User-Context\":\"uctx\",\"X-Scope\":\"aud\"}\ncustomizeErrorEnable:no\n",

    "jwks_uri:http://id.example/keys\njwks_cache_expiry:60\nblock_authorization_header:false\n",
};

TEST(Import, WithoutNotesTheFileIsAcceptedByCheck) {
  for (const std::string_view lines : whole_connectors) {
    const Outcome outcome = import_connector(lines);
    EXPECT_EQ(test::lines_of(outcome.notes), "") << lines;
    const config::test::Loaded file(outcome.json);
    EXPECT_TRUE(file.ok()) << file.lines();
  }
}

// Inputs of which one thing cannot be understood that restricts something or sends it somewhere.
constexpr std::string_view restrictions[] = {
    "jwks_uri:http://id/\ntoken_expiry_override:0",
    "jwks_uri:http://id/\ntoken_expiry_override:five",
    "jwks_uri:http://id/\njwks_cache_expiry:1h",
    "jwks_uri:http://id/\nnonstandard_claims:groups",
    "jwks_uri:http://id/\nnonstandard_claims:{\"groups\":{\"a\":\"b\"}}",
    "jwks_uri:http://id/\nnonstandard_claims:{\"groups\":[\"a\",\"b\"]}",
    "jwks_uri:http://id/\nnonstandard_claims:{\"groups\":\"\"}",
    "jwks_uri:http://id/\nnonstandard_claims:{g:a}\ngMatchPolicy:none",
    "jwks_uri:http://id/\nblock_authorization_header:maybe",
    "jwks_uri:http://id/\ninject_headers:{\"X:Y\":\"sub\"}",
    "jwks_uri:",
    "token_validation_uri:{defaultURI:",
    "token_validation_uri:{regionCodeHeader:X}",
    "token_validation_uri:{regionCodeHeader:X regionCodeValue:FR defaultURI:http://id/}",
    "token_validation_uri:{regionCodeHeader:X regionCodeValue:{FR:{}} defaultURI:http://id/}",
    "token_validation_uri:{defaultURI:ftp://id/}",
    "token_validation_uri:{defaultURI:http://id/}\ninject_headers:{A:b",
    "token_validation_uri:{defaultURI:http://id/}\ninject_headers:{A:{B:c},D:e}",
    "token_validation_uri:{defaultURI:http://id/}\ninject_headers:{A:/b}",
    "token_validation_uri:{defaultURI:http://id/}\nhttp_proxy_server:proxy:x",
};

TEST(Import, WhatWasNotUnderstoodMakesCheckRefuseTheFile) {
  for (const std::string_view lines : restrictions) {
    const Outcome outcome = import_connector(lines);
    EXPECT_FALSE(outcome.notes.empty()) << lines;
    EXPECT_NE(outcome.json, "") << lines;
    EXPECT_FALSE(config::test::Loaded(outcome.json).ok()) << lines << outcome.json;
  }
}

TEST(Import, WhatCheckWouldRefuseIsToldAtTheLineThatItCameFrom) {
  const Outcome outcome = import_connector(
      "inject_headers:{\"X:User\":\"$.a\",\"Host\":\"$.b\",\"X-All\":\"$.groups[*]\"}\n"
      "regionCodeHeader:X Region\n"
      "regionCodeValue:{\"FR\":\"ftp://fr.example/\"}\n"
      "defaultURI:http://id.example/#x\n");
  EXPECT_EQ(test::lines_of(outcome.notes),
            "1 inject_headers.X:User: \"X:User\" is not a header's name\n"
            "1 inject_headers.Host: \"Host\" has a meaning of its own\n"
            "1 inject_headers.X-All: \"$.groups[*]\" may select several values (character 10)\n"
            "2 regionCodeHeader: \"X Region\" is not a header's name\n"
            "3 regionCodeValue.FR: \"ftp://fr.example/\": no http or https URL\n"
            "4 defaultURI: \"http://id.example/#x\": a URL with a fragment, which never reaches a "
            "server\n");
  EXPECT_NE(outcome.json.find("ftp://fr.example/"), std::string::npos) << "carried as it stands";
}

TEST(Import, HttpsIsCarriedOver) {
  const Outcome outcome = import_connector("token_validation_uri:{defaultURI:https://id.example/}");
  EXPECT_EQ(test::lines_of(outcome.notes), "");
  const config::test::Loaded file(outcome.json);
  ASSERT_TRUE(file.ok()) << file.lines();
  EXPECT_NE(file->providers[0].tls, nullptr);
}

TEST(Import, WhatIsWrittenInSeveralPlacesIsToldOnce) {
  const Outcome outcome = import_connector(
      "token_validation_uri:{regionCodeHeader:X regionCodeValue:{FR:http://fr.example/} "
      "defaultURI:http://id.example/}\nhttp_proxy_server:u@proxy\n");
  EXPECT_EQ(outcome.notes.size(), 1U) << test::lines_of(outcome.notes);
  EXPECT_EQ(outcome.notes.front().where.line, 2U);
}

TEST(Import, MoreRegionsThanAnEndpointMayHaveAreToldThere) {
  std::string lines = "regionCodeHeader:X\ndefaultURI:http://id.example/\nregionCodeValue:{";
  for (int i = 0; i < 11; ++i) {
    lines += "R" + std::to_string(i) + ":http://id.example/" + std::to_string(i) + " ";
  }
  const Outcome outcome = import_connector(lines + "}");
  ASSERT_EQ(outcome.notes.size(), 1U) << test::lines_of(outcome.notes);
  EXPECT_EQ(outcome.notes.front().where.line, 3U);
}

TEST(Import, NotesStandInTheOrderOfTheLines) {
  const Outcome outcome = import_connector("a:b\ndefaultURI:ftp://id.example/\nnothing\n");
  EXPECT_EQ(test::lines_of(outcome.notes),
            "1 a: is no parameter of the OAuth2 connector, which ignores it\n"
            "2 defaultURI: \"ftp://id.example/\": no http or https URL\n"
            "3 line: is not NAME:VALUE, so that the reference does not read it either\n");
}

TEST(Import, APlaceInAValueOfSeveralLinesIsToldAtItsOwnLine) {
  const Outcome outcome = import_connector(
      "token_validation_uri:\n{\n  defaultURI:http://id.example/\n}\n"
      "inject_headers:{\n  \"X-A\":\"$.a\",\n  \"X B\":\"$.b\"\n}\n");
  EXPECT_EQ(test::lines_of(outcome.notes),
            "7 inject_headers.X B: \"X B\" is not a header's name\n");
}

TEST(Import, ANoteIsOneLineOfPrintableText) {
  const Outcome outcome = import_connector(
      "defaultURI:http://id.example/\ninject_headers:{\"\\n\\u001B[2J\":\"/x\"}\n" +
      std::string(100, 'n') + ":1");
  ASSERT_EQ(outcome.notes.size(), 2U);
  EXPECT_EQ(outcome.notes[0].where.name, "inject_headers.??[2J");
  EXPECT_EQ(outcome.notes[1].where.name, std::string(80, 'n') + "...");
}

TEST(Import, ATextWithoutATokenConnectorGivesNoFile) {
  for (const std::string_view text : {"", "iss:a\naud:b", "Policies:[[P]]", "\n\n", "{}"}) {
    const Outcome outcome = import_connector(text);
    EXPECT_EQ(outcome.json, "") << text;
    EXPECT_FALSE(outcome.notes.empty()) << text;
  }
}

TEST(Import, WhatIsNoTextGivesNoFile) {
  const Outcome outcome = import_connector("jwks_uri:http://id/\n\xFF");
  EXPECT_EQ(outcome.json, "");
  EXPECT_EQ(test::lines_of(outcome.notes), "2 : is not UTF-8 text\n");
}

TEST(Import, ATokenValidationUriWithoutAnyUriGivesAFileThatCheckRefuses) {  // T5
  const Outcome outcome = import_connector("token_validation_uri:{regionCodeHeader:X}");
  EXPECT_NE(outcome.json, "");
  EXPECT_FALSE(outcome.notes.empty());
}

}  // namespace
}  // namespace postern::importer
