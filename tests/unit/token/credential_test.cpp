#include "core/token/credential.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace postern::token {
namespace {

using Kind = config::TokenSource::Kind;
constexpr std::array<config::TokenSource, 1> authorization{{{Kind::Authorization, {}}}};
constexpr std::array<config::TokenSource, 4> everywhere{{{Kind::Authorization, {}},
                                                         {Kind::Header, "X-Token"},
                                                         {Kind::Cookie, "session"},
                                                         {Kind::Query, "access_token"}}};

std::string text_of(const Result<Credential, CredentialError>& found) {
  return found ? std::string(found->token) : std::string(name(found.error()));
}

using Lines = std::vector<std::array<std::string_view, 2>>;

/// The token found in a request with these field lines and this query, or the error's word.
std::string found(std::span<const config::TokenSource> sources, const Lines& lines,
                  std::string_view query = {}) {
  http::Fields fields;
  for (const auto& [field, value] : lines) fields.add({field, value, http::classify(field)});
  std::array<char, 16> scratch;
  return text_of(find_credential(sources, fields, query, 16, scratch));
}

const std::string absent(name(CredentialError::Absent));
const std::string several(name(CredentialError::Several));
const std::string malformed(name(CredentialError::Malformed));
const std::string too_long(name(CredentialError::TooLong));

TEST(AuthorizationToken, TheSchemeIsMatchedWithoutRegardToCase) {
  for (const char* value : {"Bearer abc", "bearer abc", "BEARER abc", "Bearer   abc"}) {
    EXPECT_EQ(text_of(authorization_token(value, 16)), "abc") << value;
  }
}

TEST(AuthorizationToken, SaysHowItWasPresented) {
  const auto scheme_of = [](std::string_view value) {
    return authorization_token(value, 16)->scheme;
  };
  EXPECT_EQ(scheme_of("Bearer abc"), Scheme::Bearer);
  EXPECT_EQ(scheme_of("DPoP abc"), Scheme::Dpop);
  EXPECT_EQ(scheme_of("dpop abc"), Scheme::Dpop);
  EXPECT_EQ(text_of(authorization_token("DPoP abc", 16)), "abc");
  EXPECT_EQ(text_of(authorization_token("DPoP", 16)), malformed);
  EXPECT_EQ(text_of(authorization_token("DPoP a b", 16)), malformed);
}

TEST(AuthorizationToken, AnotherSchemeIsNoToken) {
  for (const char* value : {"", "Basic abc", "DPoPabc", "Bearerabc", "abc"}) {
    EXPECT_EQ(text_of(authorization_token(value, 16)), absent) << value;
  }
}

TEST(AuthorizationToken, ATokenIsOneWordOfB64Characters) {
  EXPECT_EQ(text_of(authorization_token("Bearer aZ09-._~+/==", 16)), "aZ09-._~+/==");
  for (const char* value : {"Bearer a b", "Bearer a,b", "Bearer =a", "Bearer a=b", "Bearer \"a\"",
                            "Bearer a\tb", "Bearer \xC3\xA4"}) {
    EXPECT_EQ(text_of(authorization_token(value, 16)), malformed) << value;
  }
  EXPECT_EQ(text_of(authorization_token("Bearer " + std::string(16, 'a'), 16)),
            std::string(16, 'a'));
  EXPECT_EQ(text_of(authorization_token("Bearer " + std::string(17, 'a'), 16)), too_long);
}

TEST(Credential, IsLookedForInConfiguredPlacesOnly) {
  EXPECT_EQ(found(authorization, {{"Authorization", "Bearer a"}}), "a");
  EXPECT_EQ(found(authorization, {{"X-Token", "a"}, {"Cookie", "session=a"}}, "access_token=a"),
            absent);
  EXPECT_EQ(found(everywhere, {{"x-token", "a"}}), "a");
  EXPECT_EQ(found(everywhere, {{"Cookie", "x=y; session=a; z"}}), "a");
  EXPECT_EQ(found(everywhere, {}, "b=c&access_token=a"), "a");
  EXPECT_EQ(found(everywhere, {}, "access_token=%61%2B"), "a+");
  EXPECT_EQ(found(everywhere, {}, "Access_Token=a"), absent);
}

TEST(Credential, TwoAreOneTooManyEvenWhenTheyAreEqual) {
  EXPECT_EQ(found(everywhere, {{"Authorization", "Bearer a"}, {"X-Token", "a"}}), several);
  EXPECT_EQ(found(everywhere, {{"Authorization", "Bearer a"}, {"Authorization", "Bearer a"}}),
            several);
  EXPECT_EQ(found(everywhere, {{"Authorization", "Bearer a"}, {"Authorization", "Basic a"}}),
            several);
  EXPECT_EQ(found(everywhere, {{"Cookie", "session=a; session=b"}}), several);
  EXPECT_EQ(found(everywhere, {}, "access_token=a&access_token=a"), several);
}

TEST(Credential, WhatIsLeftOutWhenTheTokenIsNotForwarded) {
  const auto cookie = [](std::string_view text) {
    std::array<char, 64> room;
    ByteWriter out(room);
    write_cookie_without_credential(out, everywhere, text);
    return std::string(out.written());
  };
  EXPECT_EQ(cookie("a=b; session=t; c=d"), "a=b; c=d");
  EXPECT_EQ(cookie("session=t"), "");
  const auto query = [](std::string_view text) {
    std::array<char, 64> room;
    ByteWriter out(room);
    write_query_without_credential(out, everywhere, text);
    return std::string(out.written());
  };
  EXPECT_EQ(query("a=%41&access_token=t&b"), "a=%41&b");
  EXPECT_EQ(query("access_token=t"), "");
  EXPECT_TRUE(is_credential_field(everywhere, {"X-TOKEN", "t", http::FieldKind::Other}));
  EXPECT_FALSE(is_credential_field(everywhere, {"X-Other", "t", http::FieldKind::Other}));
}

}  // namespace
}  // namespace postern::token
