#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/token/oauth2/introspection.hpp"
#include "tests/unit/config/loaded.hpp"

namespace postern::test {

/// The wall clock of these tests, in JSON: `"exp": 1800000060` is a minute from now.
inline constexpr WallTime today{1'800'000'000};

/// The earliest date that can be right.
inline constexpr WallTime floor_of_today{today.s - 1'000'000};

/// An Unknown clock begins in 1970; the others are right.
inline Clock clock_with(ClockTrust trust) {
  Clock clock;
  clock.wall = trust == ClockTrust::Unknown ? WallTime{60} : today;
  clock.trust = trust;
  clock.floor = floor_of_today;
  return clock;
}

/// One provider, one endpoint, and what a provider's answer becomes there. `provider`,
/// `endpoint` and the others are members in JSON, beginning with a comma, that are added there.
class Introspected {
 public:
  explicit Introspected(const std::string& provider = "", const std::string& endpoint = "",
                        const std::string& introspection = "", const std::string& file = "")
      : config_(R"({
          "listeners": [{"address": "127.0.0.1:1"}],
          "limits": {"facts_bytes": 512},
          "providers": {"plant": {
            "introspection": {"url": "http://id.test/i", "client_auth": "none")" +
                introspection + "}" + provider + R"(}},
          "upstreams": {"api": {"servers": ["http://127.0.0.1:2"]}},
          "endpoints": [{
            "name": "api", "match": {"path": "/"}, "upstream": "api",
            "authenticate": {"connector": "oauth2", "select": {"default": "plant"}})" +
                endpoint + "}]" + file + "}"),
        provider_memory_(4096),
        scratch_(16 * 1024),
        json_memory_(256 * 1024),
        facts_memory_(512) {}

  [[nodiscard]] std::string findings() const { return config_.lines(); }
  [[nodiscard]] const config::Config& config() const { return *config_; }
  [[nodiscard]] const config::Endpoint& endpoint() const { return config_->endpoints[0]; }

  /// What the connector makes of an answer; facts in it live until the next call.
  token::Verification answered(const token::ProviderAnswer& answer,
                               const Clock& clock = clock_with(ClockTrust::Synchronised)) {
    Arena provider_arena(provider_memory_);
    token::Published published(config_->providers[0], {});
    token::Provider provider(config_->providers[0], 0, published, provider_arena);
    Arena json_arena(json_memory_);
    return token::oauth2::answered(
        {*config_, provider, "token", clock, scratch_, json_arena, facts_memory_, {}}, answer);
  }
  token::Verification answered(std::uint16_t status, std::string_view body,
                               std::string_view content_type = "application/json") {
    token::ProviderAnswer answer;
    answer.status = status;
    answer.content_type = content_type;
    answer.body = body;
    return answered(answer);
  }

 private:
  config::test::Loaded config_;
  std::vector<std::byte> provider_memory_;
  std::vector<char> scratch_;
  std::vector<std::byte> json_memory_;
  std::vector<std::byte> facts_memory_;
};

}  // namespace postern::test
