// A token with a good signature, so that its issuer can say anything: the first line is the header,
// the rest the payload. Whatever they are, what is verified has not expired, is from the configured
// issuer, and is remembered for no longer than it lives.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/fuzz/check.hpp"
#include "tests/fuzz/facts_properties.hpp"
#include "tests/support/jwt_verified.hpp"

namespace postern {
namespace {

test::JwtVerified& verifier() {
  static test::JwtVerified at(test::JwtVerified::hs256 + R"(, "leeway_s": 30,
      "cache": {"max_ttl_s": 300, "negative_ttl_s": 10, "safety_margin_s": 5})",
                              R"(, "authorize": {"scopes": {"all": ["read"]}, "audience": ["a"]},
      "enrich": [{"header": "X-Sub", "claim": "$.sub"}, {"header": "X-A", "claim": "$.a.b[1]"}])");
  fuzz::check(at.findings().empty(), "the configuration of this test is right");
  return at;
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern;
  const std::string_view text = fuzz::text_of(data, size);
  const std::size_t line = text.find('\n');
  if (line == std::string_view::npos) return 0;
  const std::string token = test::signed_token(text.substr(0, line), text.substr(line + 1));
  test::JwtVerified& at = verifier();
  if (token.size() > at.config().limits.token_bytes) return 0;
  const token::Verification verification = at.begin(token);
  const config::Provider& provider = at.config().providers[0];
  switch (verification.kind) {
    case token::Verification::Kind::Verified: {
      fuzz::check(verification.facts.has_value(), "what is verified are facts");
      fuzz::check_facts(*verification.facts, at.config());
      const auto expires_at = verification.facts->expires_at();
      fuzz::check(expires_at.has_value(), "it says when it ends");
      fuzz::check(expires_at->s + 30 > test::today.s, "it has not ended");
      fuzz::check(verification.lifetime <= provider.max_ttl, "facts end in time");
      fuzz::check(verification.lifetime == Duration{} ||
                      verification.lifetime.us / 1'000'000 <= expires_at->s - test::today.s - 5,
                  "facts end before the token");
      break;
    }
    case token::Verification::Kind::Refused:
      fuzz::check(verification.refusal != token::Refusal::Signature, "it was signed");
      fuzz::check(verification.lifetime <= provider.negative_ttl, "a refusal ends in time");
      break;
    default:
      fuzz::check(false, "a token that is verified here is verified or refused");
  }
  return 0;
}
