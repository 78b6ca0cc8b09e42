// A provider's answer to an introspection. The first byte chooses the provider's settings and the
// clock, the second the status and the media type; the rest is the body. Whatever it says, nothing
// but a 200 verifies a token, nobody's fault but the token's refuses it, and nothing is remembered
// for longer than the configuration allows.
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <string_view>
#include <vector>

#include "core/token/oauth2/introspection.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/facts_properties.hpp"
#include "tests/unit/config/loaded.hpp"

namespace postern {
namespace {

constexpr const char* configuration = R"({
  "listeners": [{"address": "127.0.0.1:1"}],
  "limits": {"facts_bytes": 256},
  "providers": {
    "rfc7662": {"issuer": "http://id.test",
                "introspection": {"url": "http://id.test/i", "client_auth": "none"},
                "cache": {"max_ttl_s": 300, "negative_ttl_s": 10, "safety_margin_s": 5}},
    "status": {"introspection": {"url": "http://id.test/i", "client_auth": "none",
                                 "mode": "status"},
               "cache": {"max_ttl_s": 300, "negative_ttl_s": 10, "safety_margin_s": 5}}
  },
  "upstreams": {"api": {"servers": ["http://127.0.0.1:2"]}},
  "endpoints": [{
    "name": "api", "match": {"path": "/"}, "upstream": "api",
    "authenticate": {"connector": "oauth2", "select": {
        "header": "X-Tenant", "values": {"s": "status"}, "default": "rfc7662"}},
    "authorize": {"scopes": {"all": ["read"]}, "audience": ["a"], "clients": ["c"]},
    "enrich": [{"header": "X-Sub", "claim": "$.sub"}, {"header": "X-Deep", "claim": "$.a.b[1]"}]
  }]
})";

const config::Config& loaded() {
  static const config::test::Loaded config(configuration);
  if (!config.ok()) std::fputs(config.lines().c_str(), stderr);
  fuzz::check(config.ok(), "the configuration of this test is right");
  return *config;
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern;
  if (size < 2) return 0;
  const config::Config& config = loaded();
  constexpr std::uint16_t statuses[] = {200, 200, 200, 200, 401, 403, 404, 429,
                                        500, 503, 302, 204, 400, 299, 100, 599};
  constexpr std::string_view media_types[] = {"application/json", "", "text/html",
                                              "Application/JSON ; charset=utf-8"};
  constexpr ClockTrust trusts[] = {ClockTrust::Synchronised, ClockTrust::Floor,
                                   ClockTrust::Unknown};

  static std::vector<std::byte> memory(4096);
  Arena arena(memory);
  const std::uint16_t index = data[0] % config.providers.size();
  token::Published published(config.providers[index], {});
  token::Provider provider(config.providers[index], index, published, arena);
  Clock clock;
  clock.wall = WallTime{1'800'000'000};
  clock.trust = trusts[data[0] / 2 % 3];

  static std::vector<char> scratch(16 * 1024);
  static std::vector<std::byte> json_memory(
      json::parse_arena_bytes({.text_bytes_max = config.limits.provider_answer_bytes,
                               .depth_max = token::oauth2::answer_depth_max,
                               .values_max = token::oauth2::answer_values_max}));
  Arena json_arena(json_memory);
  std::vector<std::byte> facts_memory(config.limits.facts_bytes);

  token::ProviderAnswer answer;
  answer.status = statuses[data[1] % 16];
  answer.content_type = media_types[data[1] / 16 % 4];
  answer.content_encoded = data[1] / 64 == 3;
  answer.body =
      fuzz::text_of(data + 2, std::min<std::size_t>(size - 2, config.limits.provider_answer_bytes));
  const token::VerificationInput input{config,  provider,   "token",      clock,
                                       scratch, json_arena, facts_memory, {}};
  const token::Verification verification = token::oauth2::answered(input, answer);

  using Kind = token::Verification::Kind;
  const config::Provider& settings = config.providers[index];
  switch (verification.kind) {
    case Kind::Verified:
      fuzz::check(answer.status == 200, "only a 200 verifies");
      fuzz::check(verification.facts.has_value(), "what is verified are facts");
      fuzz::check(verification.lifetime <= settings.max_ttl, "facts end in time");
      fuzz::check(settings.introspection->mode == config::IntrospectionMode::Status ||
                      answer.body.find("active") != std::string_view::npos ||
                      answer.body.find("\\u") != std::string_view::npos,
                  "RFC 7662 verifies by `active`");
      fuzz::check_facts(*verification.facts, config);
      break;
    case Kind::Refused:
      fuzz::check(answer.status >= 200 && answer.status < 500 && answer.status != 429,
                  "a fault refuses nothing");
      fuzz::check(verification.lifetime <= settings.negative_ttl, "a refusal ends in time");
      break;
    case Kind::Undecided:
      fuzz::check(verification.lifetime == Duration{}, "a fault is not remembered");
      fuzz::check(verification.retry_after_s >= 1, "a fault says when to come back");
      break;
    case Kind::Ask:
    case Kind::Need:
    case Kind::Passed:
      fuzz::check(false, "introspection asks once, and says no more than yes or no");
  }
  return 0;
}
