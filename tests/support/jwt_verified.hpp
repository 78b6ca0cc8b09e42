#pragma once

#include <mbedtls/md.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/gateway/shape.hpp"
#include "core/json/writer.hpp"
#include "core/token/connector.hpp"
#include "core/token/published.hpp"
#include "tests/support/introspected.hpp"
#include "tests/support/signature_memory.hpp"
#include "tests/support/vectors.hpp"

namespace postern::test {

/// `header` and `payload` as a token with HS256 under the secret that the tests' configurations
/// have: so a test can say any header and any payload and still have a good signature.
inline std::string signed_token(std::string_view header, std::string_view payload) {
  const std::string text = base64url(header) + "." + base64url(payload);
  std::array<char, 32> mac;
  const auto raw = [](std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
  };
  mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), raw(config::test::long_secret),
                  config::test::long_secret.size(), raw(text), text.size(),
                  reinterpret_cast<unsigned char*>(mac.data()));
  return text + "." + base64url({mac.data(), mac.size()});
}

/// The member of a provider whose keys are in a file that says `key_set`.
inline std::string key_file(std::string_view key_set) {
  std::string text(2 * key_set.size() + 64, '\0');
  ByteWriter out(text);
  out.text(R"(, "jwks": {"file": )");
  json::write_string(out, key_set);
  out.text("}");
  return std::string(out.written());
}

/// What became of a token: "verified", or the word for the refusal or the fault.
inline std::string said(const token::Verification& verification) {
  switch (verification.kind) {
    case token::Verification::Kind::Verified:
      return "verified";
    case token::Verification::Kind::Refused:
      return std::string(name(verification.refusal));
    case token::Verification::Kind::Undecided:
      return "503 " + std::string(name(verification.problem));
    case token::Verification::Kind::Need:
      return "need";
    case token::Verification::Kind::Ask:
      return "ask";
    case token::Verification::Kind::Passed:
      return std::to_string(verification.status) + " " + std::string(verification.message);
  }
  return {};
}

/// One provider, one endpoint with connector jwt or another one, and what becomes of a token there.
/// `provider`, `endpoint` and `file` are members in JSON, beginning with a comma, that are added
/// there; `connector` is the connector's name and what belongs to it.
class JwtVerified {
 public:
  static constexpr std::string_view issuer = "https://id.example";

  explicit JwtVerified(const std::string& provider = hs256, const std::string& endpoint = "",
                       const std::string& connector = R"("jwt")", const std::string& file = "")
      : config_(R"({
          "listeners": [{"address": "127.0.0.1:1"}],
          "providers": {"plant": {"issuer": ")" +
                std::string(issuer) + "\"" + provider + R"(}},
          "upstreams": {"api": {"servers": ["http://127.0.0.1:2"]}},
          "endpoints": [{
            "name": "api", "match": {"path": "/"}, "upstream": "api",
            "authenticate": {"select": {"default": "plant"}, "connector": )" +
                connector + "}" + endpoint + "}]" + file + "}"),
        provider_memory_(16 * 1024),
        keys_(config_->limits.keys),
        published_(config_->providers[0], keys_) {}

  /// Tokens of signed_token() are accepted.
  static inline const std::string hs256 =
      R"(, "algorithms": ["HS256"], "hmac_secret_file": "long secret")";

  [[nodiscard]] std::string findings() const { return config_.lines(); }
  [[nodiscard]] const config::Config& config() const { return *config_; }
  [[nodiscard]] const config::Endpoint& endpoint() const { return config_->endpoints[0]; }

  /// What was fetched from the provider.
  [[nodiscard]] token::Published& published() { return published_; }

  /// What the connector says at once; facts and texts in it live until the next call.
  token::Verification begin(std::string_view token,
                            const Clock& clock = clock_with(ClockTrust::Synchronised)) {
    return with_input(token, clock, [](const token::Connector& connector, const auto& input) {
      return connector.begin(input);
    });
  }

  /// What it says to an answer of the provider about the token.
  token::Verification answered(std::string_view token, const token::ProviderAnswer& answer,
                               const Clock& clock = clock_with(ClockTrust::Synchronised)) {
    return with_input(token, clock, [&](const token::Connector& connector, const auto& input) {
      return connector.answered(input, answer);
    });
  }

 private:
  template <class Step>
  token::Verification with_input(std::string_view token, const Clock& clock, Step step) {
    // Exactly as much memory as the gateway has.
    const gateway::Shape shape(*config_);
    scratch_.assign(shape.provider_request_bytes, '\0');
    json_memory_.resize(shape.json_bytes);
    facts_memory_.resize(config_->limits.facts_bytes);
    Arena provider_arena(provider_memory_);
    token::Provider provider(config_->providers[0], 0, published_, provider_arena);
    Arena json_arena(json_memory_);
    const config::Authenticate& authenticate = endpoint().authenticate;
    return step(*token::find_connector(authenticate.connector),
                token::VerificationInput{*config_, provider, token, clock, scratch_, json_arena,
                                         facts_memory_, authenticate.revalidate});
  }

  config::test::Loaded config_;
  std::vector<std::byte> provider_memory_;
  std::vector<crypto::VerificationKey> keys_;
  token::Published published_;
  std::vector<char> scratch_;
  std::vector<std::byte> json_memory_;
  std::vector<std::byte> facts_memory_;
};

}  // namespace postern::test
