#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/arena.hpp"
#include "core/base/time.hpp"
#include "core/config/config.hpp"
#include "core/http/method.hpp"
#include "core/token/facts.hpp"
#include "core/token/provider.hpp"

namespace postern::token {

/// Why a token is refused: its own fault, 401 `invalid_token`, remembered for `negative_ttl_s`.
enum class Refusal : std::uint8_t {
  Inactive,     ///< The provider says so: unknown, revoked or expired.
  Expired,      ///< The provider says "active", the token's `exp` says otherwise.
  WrongIssuer,  ///< `iss` is not the issuer configured for the provider that was asked.
  WrongType,    ///< A refresh token.
  Bound,  ///< Bound to a key (`cnf`, RFC 8705, RFC 9449). This gateway cannot ask for proof of
          ///< the key yet, and without proof whoever copied the token could use it.
};

/// Stable word for the access log, such as "inactive".
std::string_view name(Refusal refusal);

/// A request to a provider. Views into the input's scratch, the provider and the configuration, to
/// be written out in the caller's step. It carries secrets (the token, our credentials): whatever
/// buffer it is written to is wiped afterwards. A redirect in the answer is never followed.
struct ProviderRequest {
  /// Which waiting requests may share the answer.
  enum class Sharing : std::uint8_t {
    Token,     ///< Those with the same token for the same provider.
    Provider,  ///< All of the provider (key sets, metadata).
  };
  Sharing sharing = Sharing::Token;
  http::Method method = http::Method::Post;
  const config::Url* url = nullptr;  ///< Where to connect, and the Host field.
  std::string_view target;           ///< Path and query of the request line.
  std::string_view authorization;    ///< Field value; empty: no such field.
  std::string_view accept;           ///< Field value.
  std::string_view content_type;     ///< Field value; empty when there is no body.
  std::string_view body;
};

/// A provider's whole final answer. The views live during the call.
struct ProviderAnswer {
  std::uint16_t status = 0;
  std::string_view content_type;               ///< Field value; empty when absent.
  bool content_encoded = false;                ///< Has a Content-Encoding other than identity.
  std::optional<std::uint32_t> retry_after_s;  ///< From Retry-After in its form of seconds.
  std::string_view body;
};

/// What a connector works with in one step.
struct VerificationInput {
  const config::Config& config;
  Provider& provider;
  std::string_view token;
  const Clock& clock;
  std::span<char> scratch;  ///< For a request, and for claims that are objects; its bytes are
                            ///< secret. See oauth2::request_bytes_max().
  Arena& json_arena;        ///< For the parsed answer; empty at the start of the step.
  std::span<std::byte> facts_memory;  ///< `facts_bytes` long: where Verified facts lie.
};

/// What a connector says about a credential, at once or after a provider's answer.
struct Verification {
  enum class Kind : std::uint8_t {
    Verified,   ///< `facts` hold.
    Refused,    ///< `refusal`: the token's fault, 401.
    Ask,        ///< Send `request`, then call answered(). At most `asks_max` times.
    Undecided,  ///< `problem`: the provider's fault, 503 with Retry-After. Never remembered.
  };
  Kind kind = Kind::Undecided;
  std::optional<Facts> facts;  ///< A view into `facts_memory`.
  Refusal refusal = Refusal::Inactive;
  ProviderRequest request;
  ProviderError problem = ProviderError::Unreachable;
  /// Verified, Refused: how long this may be remembered. 0: not at all, though the requests that
  /// wait for this very answer may use it.
  Duration lifetime;
  std::uint32_t retry_after_s = 0;  ///< Undecided: what the client is told, 1 to retry_after_max_s.

  static Verification verified(const Facts& facts, Duration lifetime);
  static Verification refused(Refusal refusal, Duration lifetime);
  static Verification ask(const ProviderRequest& request);
  static Verification undecided(ProviderError problem,
                                std::uint32_t retry_after_s = retry_after_default_s);
};

/// Bounds the asks of one verification: introspection needs one; metadata, key set and
/// introspection in a row three.
inline constexpr int asks_max = 3;

/// A way to verify a credential. Adding one: a folder with these two functions, a line in
/// connector.cpp, an enumerator of config::Connector, and a friend of VerifierKey.
struct Connector {
  std::string_view name;  ///< As in the configuration.
  /// Looks at the token alone.
  Verification (*begin)(const VerificationInput&);
  /// Goes on with the answer to what was asked last.
  Verification (*answered)(const VerificationInput&, const ProviderAnswer&);
};

/// The connector that `which` stands for, or null for config::Connector::None: then there is
/// nothing to verify.
const Connector* find_connector(config::Connector which);

}  // namespace postern::token
