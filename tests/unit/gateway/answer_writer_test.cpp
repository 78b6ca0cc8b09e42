// The gateway's own answers, to the letter.
#include "core/gateway/answer_writer.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "core/policy/error_set.hpp"

namespace postern::gateway {
namespace {

using policy::Situation;

std::string written(Situation situation, const AnswerDetails& details = {},
                    const config::Errors& errors = {}, bool head_only = false,
                    bool keep_alive = true, std::uint8_t minor = 1) {
  std::array<char, 4096> memory;
  ByteWriter out(memory);
  write_answer(out, policy::answer_for(errors, situation), details, head_only, keep_alive, minor);
  EXPECT_TRUE(out.ok());
  return std::string(out.written());
}

std::string body_of(const std::string& answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

bool has(const std::string& answer, std::string_view line) {
  return answer.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
}

TEST(Answer, WithoutATokenChallengesAndNamesNoError) {
  const std::string answer = written(Situation::TokenAbsent);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 401 Unauthorized\r\n"));
  EXPECT_TRUE(has(answer, "WWW-Authenticate: Bearer realm=\"postern\"")) << "RFC 6750 section 3.1";
  EXPECT_TRUE(has(answer, "Cache-Control: no-store"));
}

TEST(Answer, ToABadTokenSaysInvalidToken) {
  for (const Situation situation : {Situation::TokenRefused, Situation::TokenExpired,
                                    Situation::AudienceMismatch, Situation::IssuerMismatch}) {
    EXPECT_TRUE(has(written(situation),
                    "WWW-Authenticate: Bearer realm=\"postern\", error=\"invalid_token\""));
  }
  EXPECT_NE(body_of(written(Situation::TokenExpired)).find("expired"), std::string::npos)
      << "so that a client knows to get a new one";
}

TEST(Answer, NamesTheScopesThatWouldDo) {
  constexpr std::array<std::string_view, 2> values{"read", "write"};
  config::ScopeRule rule{config::Match::All, values};
  AnswerDetails details;
  details.scopes = &rule;
  EXPECT_TRUE(has(written(Situation::ScopeMissing, details),
                  "WWW-Authenticate: Bearer realm=\"postern\", error=\"insufficient_scope\", "
                  "scope=\"read write\""));
  rule.match = config::Match::None;
  EXPECT_TRUE(has(written(Situation::ScopeMissing, details),
                  "WWW-Authenticate: Bearer realm=\"postern\", error=\"insufficient_scope\""))
      << "there is nothing to ask for";
}

// RFC 9449 section 7.1.
TEST(Answer, ToABoundTokenNamesTheSchemeAndItsAlgorithms) {
  const std::string algorithms =
      R"(, algs="ES256 ES384 ES512 PS256 PS384 PS512 RS256 RS384 RS512 EdDSA")";
  AnswerDetails details;
  details.schemes = AnswerDetails::Schemes::Dpop;
  const auto challenge = [&](const std::string& error) {
    return R"(WWW-Authenticate: DPoP realm="postern")" + error + algorithms;
  };
  EXPECT_TRUE(has(written(Situation::TokenAbsent, details), challenge("")));
  EXPECT_TRUE(
      has(written(Situation::BindingMismatch, details), challenge(R"(, error="invalid_token")")));
  EXPECT_TRUE(
      has(written(Situation::ProofInvalid, details), challenge(R"(, error="invalid_dpop_proof")")));
  EXPECT_EQ(written(Situation::ProofInvalid, details).find("Bearer"), std::string::npos);
}

// RFC 9449 section 7.2.
TEST(Answer, WhereBothWillDoAsksForEither) {
  AnswerDetails details;
  details.schemes = AnswerDetails::Schemes::Both;
  const std::string answer = written(Situation::TokenAbsent, details);
  EXPECT_TRUE(has(answer, R"(WWW-Authenticate: Bearer realm="postern")"));
  EXPECT_NE(answer.find("\r\nWWW-Authenticate: DPoP "), std::string::npos);
}

// RFC 9449 section 9.
TEST(Answer, HandsOutANonce) {
  AnswerDetails details;
  details.schemes = AnswerDetails::Schemes::Dpop;
  details.nonce.emplace().fill('n');
  const std::string answer = written(Situation::ProofNonce, details);
  EXPECT_NE(answer.find(R"(error="use_dpop_nonce")"), std::string::npos);
  EXPECT_TRUE(has(answer, "DPoP-Nonce: nnnnnnnnnnnnnnnnnnnnnn"));
  EXPECT_TRUE(has(answer, "Cache-Control: no-store")) << "a nonce is of this moment";
  EXPECT_TRUE(has(written(Situation::ScopeMissing, details), "DPoP-Nonce: nnnnnnnnnnnnnnnnnnnnnn"));
}

TEST(Answer, SaysWhenToComeBack) {
  AnswerDetails details;
  details.retry_after_s = 7;
  EXPECT_TRUE(has(written(Situation::ProviderFault, details), "Retry-After: 7"));
  details.rate = {.allowed = false, .limit = 50, .remaining = 0, .reset_s = 3, .retry_after_s = 3};
  const std::string limited = written(Situation::RateExceeded, details);
  EXPECT_TRUE(limited.starts_with("HTTP/1.1 429 "));
  EXPECT_TRUE(has(limited, "RateLimit-Limit: 50"));
  EXPECT_TRUE(has(limited, "RateLimit-Reset: 3"));
}

TEST(Answer, ListsTheMethodsThatAreAllowed) {
  AnswerDetails details;
  details.allowed.add(http::Method::Get);
  details.allowed.add(http::Method::Put);
  EXPECT_TRUE(has(written(Situation::MethodNotAllowed, details), "Allow: GET, PUT"));
}

TEST(Answer, HasTheLengthItSays) {
  for (const auto set :
       {config::Errors::Set::Problem, config::Errors::Set::Plain, config::Errors::Set::Empty}) {
    config::Errors errors;
    errors.set = set;
    const std::string answer = written(Situation::NotFound, {}, errors);
    const std::string body = body_of(answer);
    const std::string length = "Content-Length: " + std::to_string(body.size());
    EXPECT_TRUE(has(answer, length));
    EXPECT_EQ(body.empty(), set == config::Errors::Set::Empty);
    const std::string head = written(Situation::NotFound, {}, errors, /*head_only=*/true);
    EXPECT_TRUE(has(head, length)) << "RFC 9110 section 9.3.2: what GET would have said";
    EXPECT_EQ(body_of(head), "");
  }
}

TEST(Answer, IsWhatTheFileSaysInItsPlace) {
  const std::array<config::ErrorAnswer, 1> answers{
      {{config::ErrorCase::TokenAbsent, 404, "Nothing here", "<p>gone</p>", "text/html"}}};
  config::Errors errors;
  errors.answers = answers;
  EXPECT_TRUE(written(Situation::TokenAbsent, {}, errors).starts_with("HTTP/1.1 401 "))
      << "not without \"override\"";
  errors.override = true;
  const std::string answer = written(Situation::TokenAbsent, {}, errors);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 404 "));
  EXPECT_TRUE(has(answer, "Content-Type: text/html"));
  EXPECT_EQ(body_of(answer), "<p>gone</p>");
}

TEST(Answer, SaysHowTheConnectionGoesOn) {
  EXPECT_EQ(written(Situation::NotFound).find("Connection:"), std::string::npos);
  EXPECT_TRUE(has(written(Situation::NotFound, {}, {}, false, false), "Connection: close"));
  EXPECT_TRUE(has(written(Situation::NotFound, {}, {}, false, true, 0), "Connection: keep-alive"))
      << "HTTP/1.0 closes unless told otherwise";
}

}  // namespace
}  // namespace postern::gateway
