#include "core/token/oidc/userinfo.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "tests/support/jwt_verified.hpp"

namespace postern::token::oidc {
namespace {

using test::JwtVerified;
using test::said;

/// A provider with a UserInfo endpoint; `userinfo` are more members of it.
std::string at_url(const std::string& userinfo = "") {
  return R"(, "userinfo": {"url": "http://id.test/userinfo")" + userinfo + "}";
}
const std::string& issuer_keys = JwtVerified::hs256;
const std::string enriched =
    R"(, "enrich": [{"header": "X-Sub", "claim": "$.sub"}, {"header": "X-Mail", "claim": "$.email"},
                    {"header": "X-Groups", "claim": "$.groups"}])";
const std::string oidc = R"("oidc")";

ProviderAnswer answer_of(std::uint16_t status, std::string_view body,
                         std::string_view content_type = "application/json") {
  ProviderAnswer answer;
  answer.status = status;
  answer.content_type = content_type;
  answer.body = body;
  return answer;
}

/// The claim of this slot as a header would say it; "(none)" without one.
std::string claim(const Verification& verification, std::uint16_t slot) {
  std::string room(256, '\0');
  ByteWriter out(room);
  const auto written = verification.facts->claim(slot).text_for_header(out);
  return written == HeaderText::Written ? std::string(out.written()) : "(none)";
}

std::string id_token(const std::string& claims) {
  return test::signed_token(R"({"alg":"HS256"})",
                            R"({"iss":"https://id.example","exp":1800000600)" + claims + "}");
}

TEST(UserInfo, IsAskedWithTheTokenItself) {
  for (const auto& [method, expected] :
       {std::pair{"GET", http::Method::Get}, std::pair{"POST", http::Method::Post}}) {
    JwtVerified at(at_url(R"(, "method": ")" + std::string(method) + "\""), "", oidc);
    ASSERT_EQ(at.findings(), "");
    const Verification verification = at.begin("opaque");
    ASSERT_EQ(said(verification), "ask");
    EXPECT_EQ(verification.request.service, Service::UserInfo);
    EXPECT_EQ(verification.request.method, expected);
    EXPECT_EQ(verification.request.target, "/userinfo");
    EXPECT_EQ(verification.request.authorization, "Bearer opaque");
    EXPECT_EQ(verification.request.body, "");
  }
}

TEST(UserInfo, AForgedIdTokenCostsNoCall) {
  JwtVerified at(issuer_keys + at_url(), enriched, oidc);
  ASSERT_EQ(at.findings(), "");
  const std::string good = id_token(R"(,"sub":"alice")");
  EXPECT_EQ(said(at.begin(good)), "ask");
  std::string forged = good;
  forged[forged.size() - 2] = forged[forged.size() - 2] == 'A' ? 'B' : 'A';
  EXPECT_EQ(said(at.begin(forged)), "signature");
  EXPECT_EQ(said(at.begin(id_token(R"(,"sub":"alice","nbf":1900000000)"))), "not-yet-valid");
  EXPECT_EQ(said(at.begin("opaque")), "ask") << "what is no JWT is for the provider to judge";
}

TEST(UserInfo, LocalVerificationCanBeSwitchedOff) {
  JwtVerified at(issuer_keys + at_url(R"(, "verify_locally": false)"), enriched, oidc);
  ASSERT_EQ(at.findings(), "");
  EXPECT_EQ(said(at.begin("a.forged.token")), "ask");
  EXPECT_EQ(said(at.answered("a.forged.token", answer_of(200, R"({"sub":"alice"})"))), "verified");
}

TEST(UserInfo, TheAnswerIsTheFactsAndTheTokenSaysTheRest) {
  JwtVerified at(issuer_keys + at_url(), enriched, oidc);
  const std::string token = id_token(R"(,"sub":"alice","email":"old@b.example","groups":["a"])");
  const Verification verification =
      at.answered(token, answer_of(200, R"({"sub":"alice","email":"new@b.example"})"));
  ASSERT_EQ(said(verification), "verified");
  EXPECT_EQ(claim(verification, at.endpoint().enrich[0].slot), "alice");
  EXPECT_EQ(claim(verification, at.endpoint().enrich[1].slot), "new@b.example");
  EXPECT_EQ(claim(verification, at.endpoint().enrich[2].slot), R"(["a"])");
  EXPECT_EQ(verification.facts->expires_at(), WallTime{1'800'000'600});
}

TEST(UserInfo, AnAnswerAboutSomebodyElseIsNotUsed) {
  JwtVerified at(issuer_keys + at_url(), enriched, oidc);
  EXPECT_EQ(said(at.answered(id_token(R"(,"sub":"alice")"), answer_of(200, R"({"sub":"bob"})"))),
            "subject");
  EXPECT_EQ(said(at.answered(id_token(""), answer_of(200, R"({"sub":"bob"})"))), "subject")
      << "a token that names nobody is about nobody";
}

TEST(UserInfo, TheTokenStillHoldsWhenTheAnswerComes) {
  JwtVerified at(issuer_keys + at_url(), enriched, oidc);
  Clock later = test::clock_with(ClockTrust::Synchronised);
  later.wall.s += 1200;
  EXPECT_EQ(
      said(at.answered(id_token(R"(,"sub":"alice")"), answer_of(200, R"({"sub":"alice"})"), later)),
      "expired");
}

TEST(UserInfo, ThatSaysNoSubjectIsTheProvidersFault) {
  JwtVerified at(at_url(), enriched, oidc);
  for (const char* body : {"", "{}", R"({"sub":""})", R"({"sub":7})", R"({"sub":null})",
                           R"({"sub":["alice"]})", R"({"Sub":"alice"})", R"(["sub"])",
                           R"({"sub":"alice","sub":"admin"})", R"({"sub":"alice"} x)"}) {
    EXPECT_EQ(at.answered("opaque", answer_of(200, body)).kind, Verification::Kind::Undecided)
        << body;
  }
  const char* good = R"({"sub":"alice"})";
  EXPECT_EQ(said(at.answered("opaque", answer_of(200, good, ""))), "verified");
  EXPECT_EQ(said(at.answered("opaque", answer_of(200, good, "text/html"))).substr(0, 3), "503");
  ProviderAnswer packed = answer_of(200, good);
  packed.content_encoded = true;
  EXPECT_EQ(said(at.answered("opaque", packed)).substr(0, 3), "503");
}

TEST(UserInfo, AnyOther2xxAndAnyRedirectIsTheProvidersFault) {
  JwtVerified at(at_url(), enriched, oidc);
  for (const std::uint16_t status :
       std::initializer_list<std::uint16_t>{201, 202, 204, 206, 301, 302, 303, 304, 307, 308}) {
    const auto verification = at.answered("opaque", answer_of(status, R"({"sub":"alice"})"));
    EXPECT_EQ(said(verification).substr(0, 3), "503") << status;
    EXPECT_EQ(verification.kind, Verification::Kind::Undecided) << status;
  }
}

TEST(UserInfo, ARefusalKeepsItsStatusAndOnlyA401IsRemembered) {
  JwtVerified at(at_url(), enriched, oidc);
  for (const std::uint16_t status : std::initializer_list<std::uint16_t>{
           400, 401, 402, 403, 404, 418, 429, 500, 502, 503, 599}) {
    const auto verification = at.answered("opaque", answer_of(status, ""));
    EXPECT_EQ(said(verification),
              std::to_string(status) +
                  " Error Response retrieved from UserInfo endpoint. Response Code - " +
                  std::to_string(status));
    EXPECT_EQ(verification.lifetime != Duration{}, status == 401) << status;
  }
  EXPECT_EQ(said(at.answered("opaque", answer_of(407, ""))).substr(0, 3), "503")
      << "a proxy's word about us, not the provider's about the token";
}

TEST(UserInfo, TheMessageComesFromWhereTheConfigurationSays) {
  const auto message = [](const std::string& from, const std::string& header,
                          const std::string& body) {
    JwtVerified at(at_url(R"(, "error_message": {)" + from + "}"), enriched, oidc);
    EXPECT_EQ(at.findings(), "");
    ProviderAnswer answer = answer_of(401, body);
    answer.message = header;
    return said(at.answered("opaque", answer)).substr(4);
  };
  const std::string standard =
      "Error Response retrieved from UserInfo endpoint. Response Code - 401";
  const std::string header = R"("from": "header", "header": "WWW-Authenticate")";
  const std::string member = R"("from": "body", "claim": "$.errorMessage")";
  const std::string body = R"("from": "body")";
  EXPECT_EQ(message(header, "Bearer error=\"x\"", "{}"), "Bearer error=\"x\"");
  EXPECT_EQ(message(header, "", "{}"), standard);
  EXPECT_EQ(message(member, "", R"({"errorMessage":"no such user"})"), "no such user");
  EXPECT_EQ(message(member, "", R"({"errorMessage":{"a":1}})"), R"({"a":1})");
  EXPECT_EQ(message(member, "", R"({"errorMessage":null})"), standard);
  EXPECT_EQ(message(member, "", R"({"other":1})"), standard);
  EXPECT_EQ(message(member, "", "no JSON"), standard);
  EXPECT_EQ(message(body, "", "teapot"), "teapot");
  EXPECT_EQ(message(body, "", ""), standard);
  // What it says is text of one line, cut where it is long.
  EXPECT_EQ(message(member, "", R"({"errorMessage":"a\r\nSet-Cookie: x=1"})"), "a");
  EXPECT_EQ(message(body, "", "a\r\nb\xFF"), "a  b?");
  EXPECT_EQ(message(body, "", std::string(10'000, 'x')), std::string(message_bytes_max, 'x'));
  const std::string umlauts = message(body, "", "x" + std::string(message_bytes_max, '\xC3'));
  EXPECT_LE(umlauts.size(), message_bytes_max);
}

/// How the scripted provider's answers of the vectors become a status, without a socket.
int status_of(const Verification& verification) {
  switch (verification.kind) {
    case Verification::Kind::Verified:
      return 200;
    case Verification::Kind::Refused:
      return 401;
    case Verification::Kind::Passed:
      return verification.status;
    default:
      return 503;
  }
}

TEST(UserInfoVectors, EveryAnswerBecomesAStatusThatIsAllowed) {
  const auto file = test::VectorFile::open("provider-answers", "cases.json");
  if (file == nullptr) GTEST_SKIP() << "no provider-answers in ../shared/vectors";
  ASSERT_TRUE(file->ok());
  JwtVerified at(
      issuer_keys + at_url(R"(, "error_message": {"from": "body", "claim": "$.errorMessage"})"),
      enriched, oidc);
  ASSERT_EQ(at.findings(), "");
  const std::string token = id_token(R"(,"sub":"alice")");
  int count = 0;
  for (const json::Value example : file->root().member("cases")) {
    if (example.member("endpoint").text() != "userinfo") continue;
    ++count;
    const std::string body = test::body_of(example);
    const std::string type = test::content_type_of(example);
    std::set<int> allowed;
    for (const json::Value status : example.member("statuses")) {
      allowed.insert(static_cast<int>(*status.integer()));
    }
    const auto status = static_cast<std::uint16_t>(*example.member("status").integer());
    if (body.size() > at.config().limits.provider_answer_bytes) {
      EXPECT_TRUE(allowed.contains(503));  // as its reader says
      continue;
    }
    const Verification verification = at.answered(token, answer_of(status, body, type));
    EXPECT_TRUE(allowed.contains(status_of(verification)))
        << example.member("name").text() << ": " << said(verification);
    for (const json::Value text : example.member("answer_not_contains")) {
      // Markup is harmless in a JSON text; a second line is not.
      if (text.text().starts_with('<')) continue;
      EXPECT_EQ(verification.message.find(text.text()), std::string_view::npos)
          << example.member("name").text();
    }
  }
  EXPECT_EQ(count, 36);
}

}  // namespace
}  // namespace postern::token::oidc
