// config: one JSON file turned into an immutable description of one gateway.
// In: text, a reader for the secret files it names, an arena. Out: a Config, or findings for
// people. Never: a member that is ignored in silence, a secret in a finding, half of a
// configuration.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/dates.hpp"
#include "core/base/secret.hpp"
#include "core/base/slots.hpp"
#include "core/base/time.hpp"
#include "core/config/errors.hpp"
#include "core/config/limits.hpp"
#include "core/config/tls.hpp"
#include "core/crypto/jwk.hpp"
#include "core/crypto/signature.hpp"
#include "core/http/method.hpp"
#include "core/json/json_path.hpp"
#include "core/platform.hpp"

// Everything here is made by load(), lives in the arena given to it, and never changes afterwards.
// Texts are views into that arena. Indexes ("provider", "upstream", "slot") are into the arrays of
// Config.

namespace postern::config {

using ClientSecret = Secret<secret_bytes_max>;

struct Listener {
  Address address;                   ///< Port 0: any free port.
  std::string_view text;             ///< As in the file, such as "[::]:8080".
  const ListenerTls* tls = nullptr;  ///< Null: plain HTTP.
};

/// An http or https URL in pieces. User information and fragments are refused when it is read.
struct Url {
  std::string_view text;       ///< As in the file.
  std::string_view host;       ///< Lower case; an IPv6 address without its brackets.
  std::string_view authority;  ///< For the Host field: host, and the port unless the scheme's own.
  std::string_view target;     ///< Path and query; at least "/".
  bool secure = false;         ///< https.
  std::uint16_t port = 80;     ///< The scheme's own unless the text says one: 80 or 443.
  Address literal;  ///< With its port when `host` is an address; else family None: look it up.

  /// False: the file does not say it; the provider's metadata will.
  [[nodiscard]] bool present() const { return !text.empty(); }
};

enum class ClientAuth : std::uint8_t {
  None,               ///< "none": the request carries no credentials of the gateway.
  ClientSecretBasic,  ///< "client_secret_basic" (RFC 6749 section 2.3.1)
  ClientSecretPost,   ///< "client_secret_post"
  PrivateKeyJwt,      ///< "private_key_jwt" (RFC 7523, OpenID Connect Core section 9)
  TlsClientAuth,      ///< "tls_client_auth" (RFC 8705 section 2.1): the certificate of PeerTls.
};

/// What a client assertion is made with (RFC 7523).
struct ClientKey {
  std::span<const std::byte> pem;  ///< Private, with a zero byte at its end. Wiped with the rest.
  std::string_view id;             ///< `kid`; empty: none is sent.
  /// Fits the key; none of HS*.
  crypto::SignatureAlgorithm algorithm = crypto::SignatureAlgorithm::ES256;
  std::string_view audience;  ///< `aud`; empty: the issuer if the file has one, else the URL.
};

enum class IntrospectionMode : std::uint8_t {
  Rfc7662,  ///< "rfc7662": valid only with `"active": true`.
  Status,   ///< "status": a 200 is valid, unless it says `"active": false`.
};

struct Introspection {
  Url url;                                   ///< Absent: discovered.
  http::Method method = http::Method::Post;  ///< Post or Get.
  ClientAuth client_auth = ClientAuth::None;
  IntrospectionMode mode = IntrospectionMode::Rfc7662;
  std::string_view client_id;                   ///< Empty with ClientAuth::None.
  const ClientSecret* client_secret = nullptr;  ///< With ClientSecretBasic and -Post only.
  const ClientKey* client_key = nullptr;        ///< With PrivateKeyJwt only.
};

/// Where the keys come from that verify a provider's tokens: a file, a URL, or the URL that the
/// provider's metadata names. With a file and a URL the file's keys serve until the URL's are
/// there.
struct KeySource {
  Url url;                                         ///< Absent: `fixed`, or discovered.
  std::span<const crypto::VerificationKey> fixed;  ///< From a file.
  Duration refresh;   ///< After so long they are fetched again, while the old ones still serve.
  Duration cooldown;  ///< Between two attempts to fetch them.
  Duration offline;   ///< How long they serve when they cannot be fetched again.
  bool discovered = false;  ///< An endpoint needs keys whose URL only the metadata says.

  /// They are fetched at all.
  [[nodiscard]] bool remote() const { return url.present() || discovered; }
};

/// What of a UserInfo refusal the client is told beside the status.
enum class MessageFrom : std::uint8_t {
  Nowhere,  ///< A standard sentence.
  Header,   ///< A field of the provider's answer.
  Body,     ///< A member of its body, or all of it.
};

struct UserInfo {
  Url url;                                  ///< Absent: discovered.
  http::Method method = http::Method::Get;  ///< Get or Post.
  bool verify_locally = true;               ///< Where the token is a JWT and there are keys.
  MessageFrom message_from = MessageFrom::Nowhere;
  std::string_view message_header;
  std::optional<json::JsonPath> message_path;  ///< Nothing: the whole body.
};

/// Where a provider's metadata stands: at one of two places, asked in this order.
struct Discovery {
  Url openid;         ///< OpenID Connect Discovery 1.0 section 4.
  Url oauth;          ///< RFC 8414 section 3.
  bool used = false;  ///< An endpoint needs an address that the file does not say.
};

struct Provider {
  std::string_view name;
  std::string_view issuer;  ///< Empty: not checked.
  std::optional<Introspection> introspection;
  KeySource keys;
  std::optional<UserInfo> userinfo;
  std::optional<Discovery> discovery;  ///< Present when the issuer is a URL we can connect to.
  crypto::SignatureAlgorithms algorithms = crypto::SignatureAlgorithms::asymmetric();
  const ClientSecret* hmac_secret = nullptr;  ///< Null: HS* are refused.
  std::string_view type;                      ///< What `typ` of a JWT must be; empty: not checked.
  Duration leeway;  ///< How far its clock and ours may differ, at `exp`, `nbf` and `iat`.
  const Url* proxy = nullptr;  ///< Null: connect to the provider itself. Never https.
  /// Null: only http is spoken to it, and an https URL in its metadata is not used.
  const PeerTls* tls = nullptr;

  /// JWTs can be verified here.
  [[nodiscard]] bool has_keys() const {
    return !keys.fixed.empty() || keys.remote() || hmac_secret != nullptr;
  }
  Duration connect_timeout;
  Duration response_timeout;  ///< From the request sent to the answer's last byte.
  Duration max_ttl;
  Duration negative_ttl;
  Duration safety_margin;  ///< Facts are forgotten this long before `exp`.
};

struct Upstream {
  std::string_view name;
  std::span<const Url> servers;  ///< At least one, taken in turns. `target` is "/" in each.
  Duration connect_timeout;
  Duration response_timeout;     ///< From the request sent to the end of the answer's head.
  std::uint8_t retries = 1;      ///< 0 or 1.
  const PeerTls* tls = nullptr;  ///< Null when no server is https.
};

enum class Match : std::uint8_t { Any, All, Exact, None };

/// A value that a claim rule compares with; kinds of different name are never equal.
struct ClaimValue {
  enum class Kind : std::uint8_t { String, Number, True, False, Null };
  Kind kind = Kind::String;
  std::string_view text;  ///< String: decoded. Number: as the file spells it. Others: "true" ...
};

struct ClaimRule {
  std::uint16_t slot = no_slot;
  Match match = Match::Any;
  std::span<const ClaimValue> values;  ///< At least one.
};

struct ScopeRule {
  Match match = Match::All;
  std::span<const std::string_view> values;  ///< At least one. Scope tokens (RFC 6749 section 3.3).
};

/// What facts must say. Empty lists and zero: not checked.
struct Authorize {
  std::span<const ScopeRule> scopes;  ///< All must hold.
  std::span<const std::string_view> audience;
  std::span<const std::string_view> issuers;
  std::span<const std::string_view> clients;
  std::span<const ClaimRule> claims;  ///< All must hold.
  Duration max_token_age;             ///< Counted from `iat`.
};

enum class Connector : std::uint8_t {
  None,    ///< "none": a public endpoint; no token is looked for and nothing of it is checked.
  OAuth2,  ///< "oauth2": introspection.
  Jwt,     ///< "jwt": verified here, with the provider's keys.
  Oidc,    ///< "oidc": UserInfo.
};

/// One place where a token may stand. In the file: "authorization", "header:X-Token",
/// "cookie:session", "query:access_token".
struct TokenSource {
  enum class Kind : std::uint8_t { Authorization, Header, Cookie, Query };
  Kind kind = Kind::Authorization;
  std::string_view name;  ///< Empty for Authorization. Header names: as in the file.
};

/// Which provider is asked (behaviour.md, step 6).
struct Select {
  /// What is compared with `choices`.
  enum class By : std::uint8_t {
    Nothing,      ///< There is only the default.
    Header,       ///< "header": the value of one request header.
    Host,         ///< "host": true: the request's host without port.
    PathSegment,  ///< "path_segment": n: the segment with that index, from 0.
  };
  struct Choice {
    std::string_view value;  ///< By Host: lower case.
    std::uint16_t provider = no_slot;
  };

  By by = By::Nothing;
  std::string_view header;
  std::uint8_t path_segment = 0;
  std::span<const Choice> choices;           ///< Values are unique.
  std::uint16_t default_provider = no_slot;  ///< no_slot: refuse without contacting anyone.
};

/// What is made of a token that is bound to a client's certificate (RFC 8705 section 3).
enum class CertificateBinding : std::uint8_t {
  Off,       ///< "off": the binding is not looked at.
  Optional,  ///< "optional": one that is bound counts with its certificate only.
  Required,  ///< "required": one that is not bound does not count.
};

/// Proofs of possession (RFC 9449). A token that is bound to a key (`cnf.jkt`) always needs one.
struct Dpop {
  bool required = false;  ///< A token that is not bound to a key does not count.
  bool nonce = false;     ///< A proof must hold a nonce of ours.
  Duration max_age;       ///< Longest time between `iat` and now.
};

struct Authenticate {
  Connector connector = Connector::None;
  std::span<const TokenSource> token_from;  ///< At least one, unless the connector is None.
  Select select;
  Duration revalidate;  ///< Jwt: introspection at most this often beside; 0: never.
  CertificateBinding binding = CertificateBinding::Optional;
  Dpop dpop;
  /// Equal at endpoints that verify alike, and only there: they share what is remembered. What one
  /// way of verifying has found says nothing to another.
  std::uint16_t method = 0;
};

struct Enrich {
  std::string_view header;  ///< As in the file. Unique per endpoint without regard to case.
  std::uint16_t slot = no_slot;
};

/// Headers for tokens of one provider, in place of those for all.
struct EnrichBlock {
  std::uint16_t provider = no_slot;
  std::span<const Enrich> headers;
};

struct RateLimit {
  std::uint16_t slot =
      no_slot;                 ///< The claim whose text is the key; no_slot: the client's address.
  std::uint32_t requests = 1;  ///< On average, in each `per`.
  Duration per;
  std::uint32_t burst = 1;  ///< At once.
};

struct Endpoint {
  std::string_view name;
  std::span<const std::string_view> hosts;  ///< Lower case, without port; empty: every host.
  std::string_view path;                    ///< Prefix in normal form, beginning with '/'.
  http::MethodSet methods = http::MethodSet::all();
  Authenticate authenticate;
  Authorize authorize;
  std::span<const Enrich> enrich;  ///< For providers without a block of their own.
  std::span<const EnrichBlock> enrich_blocks;
  bool forward_authorization = true;
  std::optional<RateLimit> limit;
  Errors errors;
  std::uint16_t upstream = 0;
  /// Removed from the front of the path; a prefix of `path` that ends at a segment boundary,
  /// without a slash at its end. Empty: nothing.
  std::string_view strip_prefix;

  /// The headers for tokens of `provider`.
  [[nodiscard]] std::span<const Enrich> headers_for(std::uint16_t provider) const;
};

/// A claim that some rule, header or rate limit uses; its index is its slot.
struct Claim {
  std::string_view text;  ///< As the file spells it first.
  json::JsonPath path;
};

/// Slots of the claims that rules use without naming a path; no_slot when no rule needs them.
struct StandardSlots {
  std::uint16_t scope = no_slot;        ///< $.scope (RFC 7662: one string, separated by spaces)
  std::uint16_t scp = no_slot;          ///< $.scp (Okta, Entra: string or array); with `scope`
  std::uint16_t audience = no_slot;     ///< $.aud
  std::uint16_t issuer = no_slot;       ///< $.iss
  std::uint16_t client_id = no_slot;    ///< $.client_id, also for revocation
  std::uint16_t subject = no_slot;      ///< $.sub, for revocation
  std::uint16_t token_id = no_slot;     ///< $.jti, for revocation
  std::uint16_t certificate = no_slot;  ///< $.cnf['x5t#S256'], where a binding is looked at
  std::uint16_t key = no_slot;          ///< $.cnf.jkt: the thumbprint of the key of the proofs
};

/// An IP network, such as 10.0.0.0/8. The bits behind the prefix are zero.
struct Network {
  Address address;  ///< Port 0.
  std::uint8_t prefix_bits = 0;
};

struct Timeouts {
  Duration handshake;  ///< Of TLS, with a client, a provider or an upstream.
  Duration head;       ///< From a client's connection or its first byte to the end of the head.
  Duration body;       ///< Between two pieces of a client's body.
  Duration idle;       ///< Between two requests; in a tunnel, between two pieces either way.
  Duration send;       ///< While a client does not read.
  Duration drain;      ///< From SIGTERM to the end of what still runs.
};

enum class AccessLog : std::uint8_t { Stderr, Off, Ring };
enum class LogLevel : std::uint8_t { Error, Warning, Info, Debug };

struct Logging {
  AccessLog access = AccessLog::Stderr;
  LogLevel level = LogLevel::Info;
};

/// What may be decided by a wall clock that nobody vouches for (docs/clock.md).
struct ClockRules {
  /// Where the floor is kept, as in the file. Empty: where the platform keeps such things.
  std::string_view floor_file;
  ClockPolicy handshakes;                               ///< Certificates of TLS peers.
  ClockPolicy tokens{.unknown = false, .floor = true};  ///< `exp`, `nbf` and `iat`, judged here.
};

struct Config {
  std::span<const Listener> listeners;
  Limits limits = standard_limits();
  bool replaces_certificates = true;  ///< See Target.
  Timeouts timeouts;
  std::span<const Provider> providers;
  std::span<const Upstream> upstreams;
  std::span<const Endpoint> endpoints;
  std::span<const Claim> claims;  ///< By slot.
  StandardSlots standard_slots;
  /// Lower case, each once: every header this gateway may set anywhere. All spellings of these are
  /// removed from every request.
  std::span<const std::string_view> reserved_headers;
  /// Peers whose X-Forwarded-For, -Proto and -Host count.
  std::span<const Network> trusted_proxies;
  Errors
      errors;  ///< For answers before an endpoint is known; what an endpoint without "errors" has.
  Logging logging;
  ClockRules clock;

  /// TLS is spoken, or may be, on some leg.
  [[nodiscard]] bool uses_tls() const;
  /// Some listener asks clients for a certificate.
  [[nodiscard]] bool asks_for_certificates() const;
};

}  // namespace postern::config
