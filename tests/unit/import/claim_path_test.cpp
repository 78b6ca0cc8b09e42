// Claims by name, and expressions in the reference's dialect of JSONPath.
#include "firmware/linux/import/claim_path.hpp"

#include <gtest/gtest.h>

namespace postern::importer {
namespace {

TEST(ClaimPath, ANameIsOneMember) {
  EXPECT_EQ(path_of_claim("sub"), "$.sub");
  EXPECT_EQ(path_of_claim("plant.role"), "$['plant.role']");
  EXPECT_EQ(path_of_claim("https://plant.example/roles"), "$['https://plant.example/roles']");
  EXPECT_EQ(path_of_claim("it's\\"), "$['it\\'s\\\\']");
  EXPECT_EQ(path_of_claim("2nd"), "$['2nd']");
  EXPECT_EQ(path_of_claim("r\xC3\xB4le"), "$['r\xC3\xB4le']");
  EXPECT_EQ(path_of_claim(""), "$['']");
}

TEST(ClaimPath, AnExpressionMayGoWithoutItsDollar) {
  EXPECT_EQ(path_of_expression("$.pib.master_app_id"), "$.pib.master_app_id");
  EXPECT_EQ(path_of_expression("pib.master_app_id"), "$.pib.master_app_id");
  EXPECT_EQ(path_of_expression("['a.b'].c"), "$['a.b'].c");
  EXPECT_EQ(path_of_expression("$"), "$");
}

TEST(ClaimPath, NamesThatRfc9535WantsInBracketsGetThem) {
  EXPECT_EQ(path_of_expression("$.user-info.e-mail"), "$['user-info']['e-mail']");
  EXPECT_EQ(path_of_expression("$['method.name'][0]"), "$['method.name'][0]");
  EXPECT_EQ(path_of_expression("$[\"a\"].['b'][-1]"), "$.a.b[-1]");
}

TEST(ClaimPath, WhatSelectsSeveralValuesStaysAsItStands) {
  for (const char* expression :
       {"$..name", "$.groups[*]", "$.a[0,1]", "$.a[?(@.x == 'v')]", "$.a.*", "$.a[1:2]",
        "$.a[(@.length-1)]", "$.a.length()", "$['a','b']"}) {
    EXPECT_EQ(path_of_expression(expression), expression);
  }
}

TEST(ClaimPath, WhatIsNoPathStaysAsItStands) {
  for (const char* expression :
       {"$a", "$.", "$.a.", "$[", "$['a", "$['a'", "$[]", "/a/b", "a b", "$['a\\'b']", ".", ""}) {
    const bool is_root = *expression == '\0';
    EXPECT_EQ(path_of_expression(expression), is_root ? "$" : expression);
  }
}

}  // namespace
}  // namespace postern::importer
