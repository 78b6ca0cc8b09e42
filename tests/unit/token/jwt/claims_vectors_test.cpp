// JWT payloads and the decision they deserve: a good signature over each of them, then the claim
// rules, the endpoint's rules, and what a header would be made of.

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/policy/authorize.hpp"
#include "core/policy/standard_answers.hpp"
#include "tests/support/jwt_verified.hpp"

namespace postern::token::jwt {
namespace {

using test::JwtVerified;
using test::VectorFile;

/// `text` with @NOW+n@, @NOW-n@ and @ISS@ replaced.
std::string filled_in(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t at = text.find('@');
    result += text.substr(0, at);
    if (at == std::string_view::npos) break;
    const std::size_t end = text.find('@', at + 1);
    const std::string_view name = text.substr(at + 1, end - at - 1);
    if (name == "ISS") {
      result += JwtVerified::issuer;
    } else {
      result += std::to_string(test::today.s + std::stoll(std::string(name.substr(3))));
    }
    text = text.substr(end + 1);
  }
  return result;
}

std::string header_of(json::Value example) {
  std::string header = R"({"alg":"HS256")";
  for (const json::Value member : example.member("header")) {
    if (member.is(json::Type::Null)) continue;  // "absent"
    header += ",\"" + std::string(member.name()) + "\":";
    header += member.is(json::Type::String) ? "\"" + std::string(member.text()) + "\""
                                            : std::string(member.number_text());
  }
  return header + "}";
}

std::string payload_of(json::Value example) {
  const json::Value bytes = example.member("claims_b64");
  return filled_in(bytes.present() ? test::unbase64(bytes.text())
                                   : std::string(example.member("claims").text()));
}

/// The configuration that a case presupposes, beside the rules that all have.
struct Needs {
  std::string provider = JwtVerified::hs256;
  std::string rules = R"("audience": ["urn:historian"], "scopes": {"all": ["read"]})";

  explicit Needs(json::Value example) {
    const json::Value needs = example.member("needs");
    const std::string_view text = needs.present() ? needs.text() : "";
    if (text == "max_token_age_s 600") rules += R"(, "max_token_age_s": 600)";
    if (text == "provider demands RFC 9068") provider += R"(, "typ": "at+jwt")";
  }
  [[nodiscard]] std::string endpoint() const {
    return R"(, "authorize": {)" + rules +
           R"(}, "enrich": [{"header": "X-Subject", "claim": "$.sub"}])";
  }
};

/// The status a client would get before the upstream is asked; 200 for none.
int status_of(JwtVerified& at, const std::string& token) {
  // Too long for a token: refused where it is taken from the request.
  if (token.size() > at.config().limits.token_bytes) return 401;
  const Verification verification = at.begin(token);
  switch (verification.kind) {
    case Verification::Kind::Refused:
      return verification.refusal == Refusal::TooLarge ? 403 : 401;
    case Verification::Kind::Verified:
      break;
    default:
      return 503;
  }
  // The vectors' tokens are presented as bearer tokens, by clients without a certificate.
  const config::StandardSlots& slots = at.config().standard_slots;
  for (const std::uint16_t binding : {slots.key, slots.certificate}) {
    const Claim bound_to = verification.facts->claim(binding);
    if (bound_to.present() && !bound_to.is_null()) return 401;
  }
  const auto decision = policy::authorize(at.config(), at.endpoint(), *verification.facts,
                                          test::clock_with(ClockTrust::Synchronised));
  if (!decision.allowed()) return policy::standard_answer(*decision.refusal).status;
  std::array<char, 8192> memory;
  ByteWriter header(memory);
  const auto claim = verification.facts->claim(at.endpoint().enrich[0].slot);
  if (claim.text_for_header(header) == HeaderText::Unsafe) return 403;
  const std::string_view text = header.written();
  EXPECT_TRUE(std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  })) << text;
  return 200;
}

TEST(ClaimVectors, EveryPayloadGetsAStatusThatIsAllowed) {
  const auto file = VectorFile::open("jwt-claims", "cases.json");
  if (file == nullptr) GTEST_SKIP() << "no jwt-claims in ../shared/vectors";
  ASSERT_TRUE(file->ok());
  std::map<std::string, int> count;
  for (const json::Value example : file->root().member("cases")) {
    ++count[std::string(example.member("expect").text())];
    const Needs needs(example);
    JwtVerified at(needs.provider, needs.endpoint());
    ASSERT_EQ(at.findings(), "");
    std::set<int> allowed;
    for (const json::Value status : example.member("statuses")) {
      allowed.insert(static_cast<int>(*status.integer()));
    }
    const int status = status_of(at, test::signed_token(header_of(example), payload_of(example)));
    EXPECT_TRUE(allowed.contains(status)) << example.member("name").text() << ": " << status;
  }
  EXPECT_EQ(count, (std::map<std::string, int>{{"accept", 14}, {"either", 18}, {"reject", 63}}));
}

}  // namespace
}  // namespace postern::token::jwt
