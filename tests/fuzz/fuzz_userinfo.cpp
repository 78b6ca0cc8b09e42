// A provider's answer to UserInfo. The first byte chooses the provider's settings, the second the
// status and the media type; up to the first line end the field with its message, the rest is the
// body. Whatever it says, only a 200 verifies, only an error status is passed on, and the message
// that a client is shown is bounded text of one line.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/json/utf8.hpp"
#include "core/token/oidc/userinfo.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/facts_properties.hpp"
#include "tests/unit/config/loaded.hpp"

namespace postern {
namespace {

const config::Config& loaded() {
  static const config::test::Loaded config(R"({
    "listeners": [{"address": "127.0.0.1:1"}],
    "limits": {"facts_bytes": 256},
    "providers": {
      "plain": {"userinfo": {"url": "http://id.test/u", "verify_locally": false}},
      "header": {"userinfo": {"url": "http://id.test/u", "verify_locally": false,
                 "error_message": {"from": "header", "header": "WWW-Authenticate"}}},
      "member": {"userinfo": {"url": "http://id.test/u", "verify_locally": false,
                 "error_message": {"from": "body", "claim": "$.errorMessage"}}},
      "body": {"userinfo": {"url": "http://id.test/u", "verify_locally": false,
               "error_message": {"from": "body"}}}
    },
    "upstreams": {"api": {"servers": ["http://127.0.0.1:2"]}},
    "endpoints": [{
      "name": "api", "match": {"path": "/"}, "upstream": "api",
      "authenticate": {"connector": "oidc", "select": {"header": "X-Tenant",
        "values": {"h": "header", "m": "member", "b": "body"}, "default": "plain"}},
      "enrich": [{"header": "X-Sub", "claim": "$.sub"}, {"header": "X-A", "claim": "$.a.b[1]"}]
    }]
  })");
  fuzz::check(config.ok(), "the configuration of this test is right");
  return *config;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = json::utf8_sequence(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

void check_verification(const token::Verification& verification, std::uint16_t status,
                        const config::Config& config, const config::Provider& provider) {
  switch (verification.kind) {
    case token::Verification::Kind::Verified:
      fuzz::check(status == 200, "only a 200 verifies");
      fuzz::check(verification.facts.has_value(), "what is verified are facts");
      fuzz::check_facts(*verification.facts, config);
      fuzz::check(verification.lifetime <= provider.max_ttl, "facts end in time");
      break;
    case token::Verification::Kind::Passed:
      fuzz::check(verification.status == status && status >= 400, "an error status is passed on");
      fuzz::check(verification.message.size() <= token::oidc::message_bytes_max,
                  "a message is bounded");
      fuzz::check(fuzz::is_field_value(verification.message), "a message is one line");
      fuzz::check(is_utf8(verification.message), "a message is text");
      fuzz::check(!verification.message.empty(), "there is always a message");
      fuzz::check(verification.lifetime <= provider.negative_ttl, "a refusal ends in time");
      break;
    case token::Verification::Kind::Undecided:
      fuzz::check(verification.lifetime == Duration{}, "a fault is not remembered");
      fuzz::check(verification.retry_after_s >= 1, "a fault says when to come back");
      break;
    default:
      fuzz::check(false, "an opaque token is verified, passed on or a fault");
  }
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern;
  if (size < 2) return 0;
  const config::Config& config = loaded();
  constexpr std::uint16_t statuses[] = {200, 200, 200, 200, 401, 403, 400, 404,
                                        500, 503, 302, 204, 429, 407, 201, 599};
  constexpr std::string_view media_types[] = {"application/json", "", "text/html",
                                              "application/json; charset=utf-8"};
  static std::vector<std::byte> provider_memory(4096);
  Arena provider_arena(provider_memory);
  const std::uint16_t index = data[0] % config.providers.size();
  const config::Provider& settings = config.providers[index];
  token::Published published(settings, {});
  token::Provider provider(settings, index, published, provider_arena);
  Clock clock;
  clock.wall = WallTime{1'800'000'000};
  clock.trust = ClockTrust::Synchronised;

  static std::vector<char> scratch(16 * 1024);
  static std::vector<std::byte> json_memory(
      json::parse_arena_bytes({.text_bytes_max = config.limits.provider_answer_bytes}));
  Arena json_arena(json_memory);
  std::vector<std::byte> facts_memory(config.limits.facts_bytes);
  const std::string_view rest = fuzz::text_of(data + 2, size - 2);
  token::ProviderAnswer answer;
  answer.status = statuses[data[1] % 16];
  answer.content_type = media_types[data[1] / 16 % 4];
  answer.message = rest.substr(0, std::min(rest.find('\n'), std::size_t{256}));
  answer.body = rest.substr(std::min(rest.find('\n'), rest.size()));
  answer.body = answer.body.substr(0, config.limits.provider_answer_bytes);
  const token::VerificationInput input{config,  provider,   "token",      clock,
                                       scratch, json_arena, facts_memory, {}};
  check_verification(token::oidc::answered(input, answer), answer.status, config, settings);
  return 0;
}
