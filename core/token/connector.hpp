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
  Inactive,      ///< The provider says so: unknown, revoked or expired.
  Expired,       ///< Its `exp` says so, whatever the provider says.
  NotYetValid,   ///< `nbf` or `iat` is in the future.
  WrongIssuer,   ///< `iss` is not the issuer configured for the provider that was asked.
  WrongType,     ///< A refresh token; a JWT whose `typ` says that it is for something else.
  Malformed,     ///< Not a JWT, or one with a header or claims that no honest issuer writes.
  Algorithm,     ///< `alg` is none of those that are accepted from this provider.
  UnknownKey,    ///< No key of the provider could have signed it.
  Signature,     ///< The signature is not that of a key of the provider.
  TooLarge,      ///< A JWT of which the configuration uses more than `facts_bytes`: 403.
  WrongSubject,  ///< UserInfo is about somebody else (OpenID Connect Core section 5.3.4).
  Bound,         ///< Bound (`cnf`) to something of which no proof can be asked here, and without
                 ///< proof whoever copied the token could use it. See can_be_proved().
};

/// Stable word for the access log, such as "inactive".
std::string_view name(Refusal refusal);

/// A request to a provider about one token, or for a document. Views into the input's scratch, the
/// provider and the configuration, to be written out in the caller's step. It carries secrets (the
/// token, our credentials): whatever buffer it is written to is wiped afterwards. A redirect in the
/// answer is never followed.
struct ProviderRequest {
  Service service = Service::Introspection;
  http::Method method = http::Method::Post;
  const config::Url* url = nullptr;  ///< Whom it is for: the Host field.
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
  std::optional<std::uint32_t> max_age_s;      ///< From Cache-Control; 0 for no-store, no-cache.
  std::string_view message;  ///< The field that UserInfo::message_header names, cut to some length.
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
  Duration revalidate;  ///< jwt: ask the provider, too, and remember no longer; 0: do not.
};

/// What a connector says about a credential, at once or after a provider's answer.
struct Verification {
  enum class Kind : std::uint8_t {
    Verified,   ///< `facts` hold.
    Refused,    ///< `refusal`: the token's fault, 401.
    Ask,        ///< Send `request`, then call answered(). At most `asks_max` times.
    Need,       ///< Fetch `document`, then call begin() again; `otherwise` when it cannot be had
                ///< now, Refused or Undecided.
    Undecided,  ///< `problem`: the provider's fault, 503 with Retry-After. Never remembered.
    Passed,     ///< The provider's own refusal goes to the client: `status`, `message`.
  };
  Kind kind = Kind::Undecided;
  std::optional<Facts> facts;  ///< A view into `facts_memory`.
  Refusal refusal = Refusal::Inactive;
  ProviderRequest request;
  Document document = Document::KeySet;
  Kind otherwise = Kind::Undecided;
  ProviderError problem = ProviderError::Unreachable;
  /// Verified, Refused: how long this may be remembered. 0: not at all, though the requests that
  /// wait for this very answer may use it.
  Duration lifetime;
  std::uint32_t retry_after_s = 0;  ///< Undecided: what the client is told, 1 to retry_after_max_s.
  std::uint16_t status = 0;         ///< Passed: 400 to 599.
  std::string_view message;         ///< Passed: UTF-8, a view into the scratch or static.

  static Verification verified(const Facts& facts, Duration lifetime);
  static Verification refused(Refusal refusal, Duration lifetime);
  static Verification ask(const ProviderRequest& request);
  static Verification undecided(ProviderError problem,
                                std::uint32_t retry_after_s = retry_after_default_s);
  /// `instead` is Refused or Undecided.
  static Verification need(Document document, Verification instead);
  static Verification passed(std::uint16_t status, std::string_view message,
                             std::uint32_t retry_after_s);
};

/// Bounds the asks of one verification: introspection needs one; metadata at two places, the key
/// set and introspection in a row four.
inline constexpr int asks_max = 4;

/// A way to verify a credential. Adding one: a folder with these two functions, a line in
/// connector.cpp, an enumerator of config::Connector, and a friend of VerifierKey.
struct Connector {
  std::string_view name;  ///< As in the configuration.
  /// Looks at the token alone.
  Verification (*begin)(const VerificationInput&);
  /// Goes on with the answer to what was asked last.
  Verification (*answered)(const VerificationInput&, const ProviderAnswer&);
  /// answered() needs the token once more. Nobody keeps a copy, so an answer that comes when all
  /// who waited have left is worth nothing then.
  bool needs_token_again = false;
};

/// The connector that `which` stands for, or null for config::Connector::None: then there is
/// nothing to verify.
const Connector* find_connector(config::Connector which);

}  // namespace postern::token
