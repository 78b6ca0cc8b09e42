#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>

#include "core/config/config.hpp"
#include "core/config/limits.hpp"
#include "core/config/schema.hpp"
#include "core/http/method.hpp"

// The whole configuration file as tables: every member there is, what it may be, and what it is
// when absent. The loader, the JSON Schema and the documentation follow them.

namespace postern::config::tables {

inline constexpr std::int64_t day_s = 86'400;
inline constexpr std::int64_t year_s = 366 * day_s;
inline constexpr std::int64_t wait_ms_max = 600'000;
inline constexpr Member::Need required = Member::Need::Required;
inline constexpr Member::Need optional = Member::Need::Optional;

inline constexpr Shape any_text = text();

// --- Listeners, limits, time-outs ----------------------------------------------------------------

inline constexpr Member identity_members[] = {
    {"certificate_file", text(),
     "File with the certificate and those above it, in PEM, its own first.", required},
    {"key_file", text(), "File with its key, in PEM: RSA or EC; closed to others.", required},
};
inline constexpr Shape identity = object(identity_members);
inline constexpr std::string_view client_certificates[] = {"optional", "required"};
inline constexpr std::string_view tls_versions[] = {"1.2", "1.3"};
inline constexpr Member listener_tls_members[] = {
    identity_members[0],
    identity_members[1],
    {"certificates", list_of(identity, 0, certificates_per_listener_max - 1),
     "Further ones, each for the names in it; the first above is for all other clients."},
    {"client_ca_file", text(),
     "File with the authorities, in PEM, whose certificates clients may show; without it they are "
     "not asked for one."},
    {"client_certificate", one_of(client_certificates),
     "Whether a client must show one; required when absent."},
    {"min_version", one_of(tls_versions), "The lowest version of TLS; 1.2 when absent."},
    {"max_fragment", number(512, tls_fragment_max), "Longest record that is sent.", optional,
     tls_fragment_max},
};
inline constexpr Member listener_members[] = {
    {"address", text(),
     "Where clients connect: an IP address and a port, as 0.0.0.0:8080 or [::]:8080.", required},
    {"tls", object(listener_tls_members), "How it speaks TLS; plain HTTP when absent."},
};
inline constexpr Shape listener = object(listener_members);

namespace detail {
constexpr std::uint8_t decimals_of(std::uint32_t scale) {
  std::uint8_t decimals = 0;
  for (; scale > 1; scale /= 10) ++decimals;
  return decimals;
}
constexpr auto limit_members() {
  std::array<Member, std::size(limit_table)> members{};
  for (std::size_t i = 0; i < members.size(); ++i) {
    const LimitRow& row = limit_table[i];
    members[i] = {row.name, number(row.min, row.max, decimals_of(row.scale)), row.meaning, optional,
                  row.standard};
  }
  return members;
}
}  // namespace detail
inline constexpr auto limit_members = detail::limit_members();

inline constexpr Member timeout_members[] = {
    {"head_ms", number(100, wait_ms_max),
     "From a client's connection, or its next request's first byte, to the end of the head.",
     optional, 10'000},
    {"handshake_ms", number(100, wait_ms_max), "For a TLS handshake, from its first byte.",
     optional, 5000},
    {"body_ms", number(100, wait_ms_max), "For each next KiB of a request's body.", optional,
     30'000},
    {"idle_ms", number(100, 3'600'000),
     "Between two requests of a client, and between two pieces of an answer or of a tunnel.",
     optional, 60'000},
    {"send_ms", number(100, wait_ms_max), "While a client does not read its answer.", optional,
     30'000},
    {"drain_ms", number(0, wait_ms_max), "From SIGTERM to the end of what still runs.", optional,
     10'000},
};

// --- Providers -----------------------------------------------------------------------------------

inline constexpr Shape algorithm = one_of(crypto::signature_algorithm_names);
inline constexpr std::string_view introspection_methods[] = {"POST", "GET"};
inline constexpr std::string_view client_auths[] = {
    "none", "client_secret_basic", "client_secret_post", "private_key_jwt", "tls_client_auth"};
inline constexpr std::string_view introspection_modes[] = {"rfc7662", "status"};
// What core/crypto/signing signs with: RS*, PS* and ES*, which stand first.
inline constexpr Shape signing_algorithm =
    one_of(std::span(crypto::signature_algorithm_names).first(9));
inline constexpr Member introspection_members[] = {
    {"url", text(),
     "The provider's introspection endpoint (RFC 7662); from its metadata when absent."},
    {"method", one_of(introspection_methods), "How it is asked; POST when absent."},
    {"client_auth", one_of(client_auths),
     "How this gateway authenticates; client_secret_basic when there is a client_id, else none. "
     "tls_client_auth: by the certificate in the provider's tls."},
    {"client_id", text(), "This gateway's name at the provider."},
    {"client_secret_file", text(), "File that holds this gateway's secret; closed to others."},
    {"client_key_file", text(),
     "private_key_jwt: file with this gateway's key, in PEM: RSA or EC; closed to others."},
    {"client_key_id", text(), "private_key_jwt: the key's `kid`; none is sent when absent."},
    {"client_key_algorithm", signing_algorithm,
     "private_key_jwt: RS256, ES256, ES384 or ES512 when absent, as fits the key."},
    {"client_assertion_audience", text(),
     "private_key_jwt: `aud`; the issuer when absent, and the introspection endpoint's URL when "
     "that is absent, too."},
    {"mode", one_of(introspection_modes),
     "rfc7662: valid is what says \"active\": true. status: for legacy endpoints, where a 200 is "
     "valid unless it says \"active\": false."},
};
inline constexpr Member provider_timeout_members[] = {
    {"connect_ms", number(1, wait_ms_max), "To connect.", optional, 1000},
    {"response_ms", number(1, wait_ms_max), "From the request sent to the answer's last byte.",
     optional, 2000},
};
inline constexpr Member cache_members[] = {
    {"max_ttl_s", number(0, year_s), "How long facts are remembered at most.", optional, 300},
    {"negative_ttl_s", number(0, day_s), "How long a refused token is remembered.", optional, 10},
    {"safety_margin_s", number(0, day_s), "Facts are forgotten this long before the token ends.",
     optional, 10},
};
inline constexpr Member jwks_members[] = {
    {"url", text(), "Where the provider publishes its keys; from its metadata when absent."},
    {"file", text(),
     "File that holds the key set, read at start. Without a url no key is ever fetched; with one "
     "these serve until the first have been."},
    {"refresh_s", number(1, 30 * day_s),
     "After so long the keys are fetched again; the provider's Cache-Control may only shorten it.",
     optional, 600},
    {"cooldown_s", number(1, day_s),
     "At least so long between two attempts to fetch them, whatever tokens come.", optional, 30},
};
inline constexpr std::string_view userinfo_methods[] = {"GET", "POST"};
inline constexpr std::string_view message_places[] = {"header", "body"};
inline constexpr Member message_members[] = {
    {"from", one_of(message_places), "Where the provider says why it refuses.", required},
    {"header", text(), "The field of its answer, such as WWW-Authenticate."},
    {"claim", text(),
     "JSONPath into its body, such as $.error_description; all of it when absent."},
};
inline constexpr Member userinfo_members[] = {
    {"url", text(), "The provider's UserInfo endpoint; from its metadata when absent."},
    {"method", one_of(userinfo_methods), "How it is asked; GET when absent."},
    {"verify_locally", boolean(),
     "Whether a token that is a JWT is verified with the provider's keys first; true when absent."},
    {"error_message", object(message_members),
     "What a client is told when the provider refuses; a standard sentence when absent."},
};
inline constexpr Member peer_tls_members[] = {
    {"ca_file", text(),
     "File with the authorities, in PEM, of which one must vouch for its certificate; the "
     "system's when absent."},
    {"certificate_file", text(),
     "File with the certificate that this gateway shows it, in PEM, and those above it."},
    {"key_file", text(), "File with its key, in PEM: RSA or EC; closed to others."},
    {"max_fragment", number(512, 4096),
     "512, 1024, 2048 or 4096: it is asked for records no longer than this (RFC 6066), and spoken "
     "to in TLS 1.2 only."},
};
inline constexpr Member offline_members[] = {
    {"facts_s", number(0, 0), "Facts past their time are not used in this version.", optional, 0},
    {"keys_s", number(0, year_s), "How long keys serve that cannot be fetched again.", optional,
     day_s},
};
inline constexpr Member provider_members[] = {
    {"issuer", text(),
     "What `iss` must be; also where the provider's metadata is found, for the URLs left out."},
    {"introspection", object(introspection_members), "Asks the provider about opaque tokens."},
    {"jwks", object(jwks_members), "The keys that sign its tokens, for the connector jwt."},
    {"userinfo", object(userinfo_members), "Its UserInfo endpoint, for the connector oidc."},
    {"algorithms", list_of(algorithm, 1, crypto::signature_algorithm_count),
     "Signature algorithms that are accepted; all but HS256, HS384 and HS512 when absent."},
    {"hmac_secret_file", text(),
     "File that holds the secret of HS256, HS384 or HS512, a line end at its end not counted; "
     "closed to others."},
    {"typ", text(), "What a JWT's `typ` must be, such as at+jwt (RFC 9068)."},
    {"leeway_s", number(0, 600),
     "How far the provider's clock and ours may differ, at `exp`, `nbf` and `iat`.", optional, 30},
    {"tls", object(peer_tls_members), "How TLS is spoken with the provider."},
    {"proxy", text(), "A forward proxy on the way to the provider: http://host:port."},
    {"timeouts", object(provider_timeout_members), "How long the provider is waited for."},
    {"cache", object(cache_members), "How long its answers are remembered."},
    {"offline", object(offline_members), "What holds while the provider cannot be reached."},
};
inline constexpr Shape provider = object(provider_members);

// --- Upstreams -----------------------------------------------------------------------------------

inline constexpr Member upstream_members[] = {
    {"servers", list_of(any_text, 1, servers_per_upstream_max),
     "Where requests go, in turns: http://host:port or https://host:port.", required},
    {"tls", object(peer_tls_members), "How TLS is spoken with them."},
    {"connect_ms", number(1, wait_ms_max), "To connect.", optional, 500},
    {"response_ms", number(1, wait_ms_max),
     "From the request sent to the end of the answer's head.", optional, 10'000},
    {"retries", number(0, 1),
     "How often an idempotent request is sent again when a kept-alive connection died.", optional,
     1},
};
inline constexpr Shape upstream = object(upstream_members);

// --- Endpoints -----------------------------------------------------------------------------------

inline constexpr Shape method = one_of(http::method_names);
inline constexpr Member match_members[] = {
    {"hosts", list_of(any_text, 0, 64), "Host names without port; empty: every one."},
    {"path", text(), "Prefix of the path, matched at segment boundaries.", required},
    {"methods", list_of(method, 1, http::method_count), "Methods; all when absent."},
};

inline constexpr std::string_view connectors[] = {"none", "oauth2", "jwt", "oidc"};
inline constexpr Member select_members[] = {
    {"header", text(), "The request header whose value selects the provider."},
    {"host", boolean(), "true: the request's host selects the provider."},
    {"path_segment", number(0, 15), "The path segment that selects the provider, counted from 0."},
    {"values", map_of(any_text, 0, providers_per_endpoint_max), "Value to provider."},
    {"default", text(),
     "The provider for absent and unknown values; absent: such requests are refused."},
};
inline constexpr std::string_view bindings[] = {"off", "optional", "required"};
inline constexpr Member dpop_members[] = {
    {"required", boolean(),
     "true: a token that is not bound to a key is refused; one that is always needs a proof."},
    {"nonce", boolean(), "true: a proof must hold a nonce that this gateway has given."},
    {"max_age_s", number(1, 3600), "How old a proof may be.", optional, 60},
};
inline constexpr Member authenticate_members[] = {
    {"connector", one_of(connectors), "How a token is verified; none: the endpoint is public.",
     required},
    {"token_from", list_of(any_text, 1, 4),
     "Where the token stands: authorization, header:NAME, cookie:NAME, query:NAME; authorization "
     "when absent."},
    {"select", object(select_members), "Which provider is asked; the only one when absent."},
    {"revalidate_s", number(1, day_s),
     "Connector jwt: the provider is asked about the token, too, at most this often."},
    {"certificate_binding", one_of(bindings),
     "What is made of a token that is bound to a client's certificate (RFC 8705): optional: it "
     "needs that certificate; required: every token must be bound; off: it is not looked at. "
     "optional when absent."},
    {"dpop", object(dpop_members), "Proofs of possession (RFC 9449)."},
};

inline constexpr Shape scope_list = list_of(any_text, 1, 64);
inline constexpr Member scope_members[] = {
    {"any", scope_list, "At least one of them."},
    {"all", scope_list, "All of them."},
    {"exact", scope_list, "All of them and no other."},
    {"none", scope_list, "None of them."},
};
inline constexpr std::string_view matches[] = {"any", "all", "exact", "none"};
inline constexpr Shape any_scalar = scalar();
inline constexpr Member claim_rule_members[] = {
    {"claim", text(), "JSONPath of the claim, such as $.groups.", required},
    {"match", one_of(matches), "How it is compared; any when absent."},
    {"values", list_of(any_scalar, 1, 64), "What it is compared with.", required},
};
inline constexpr Shape claim_rule = object(claim_rule_members);
inline constexpr Member authorize_members[] = {
    {"scopes", object(scope_members), "What the token's scope must say."},
    {"audience", list_of(any_text, 0, 64), "One of these must be in `aud`."},
    {"issuers", list_of(any_text, 0, 64), "`iss` must be one of these."},
    {"clients", list_of(any_text, 0, 64), "`client_id` must be one of these."},
    {"claims", list_of(claim_rule, 0, 32), "Rules on other claims; all must hold."},
    {"max_token_age_s", number(0, year_s), "Longest time since `iat`; 0: not checked.", optional,
     0},
};

inline constexpr Member enrich_members[] = {
    {"header", text(), "The header field the upstream gets.", required},
    {"claim", text(), "JSONPath of the claim whose text it holds, such as $.sub.", required},
};
inline constexpr Shape enrich = object(enrich_members);
inline constexpr Shape enrich_list = list_of(enrich, 0, 32);
inline constexpr Shape enrich_map = map_of(enrich_list, 0, providers_per_endpoint_max + 1);

inline constexpr Member rate_members[] = {
    {"key", text(),
     "JSONPath of the claim that tells clients apart; the client's address when absent."},
    {"requests", number(1, 1'000'000), "How many requests, on average, in each `per_s`.", required},
    {"per_s", number(1, day_s), "The length of that time.", optional, 1},
    {"burst", number(1, 1'000'000), "How many at once; as `requests` when absent."},
};

inline constexpr std::string_view error_sets[] = {"problem", "plain", "empty"};
inline constexpr Member error_answer_members[] = {
    {"status", number(400, 599), "Status code."},
    {"text", text(), "Reason phrase and title."},
    {"body", text(), "The whole body."},
    {"content_type", text(), "Of `body`; text/plain in UTF-8 when absent."},
};
namespace detail {
constexpr auto error_case_members() {
  std::array<Member, error_cases.size()> members{};
  for (std::size_t i = 0; i < members.size(); ++i) {
    members[i] = {error_cases[i].name, object(error_answer_members), error_cases[i].meaning};
  }
  return members;
}
}  // namespace detail
inline constexpr auto error_case_members = detail::error_case_members();
inline constexpr Member error_members[] = {
    {"set", one_of(error_sets),
     "How answers of the gateway look: problem (RFC 9457), plain or empty."},
    {"override", boolean(), "true: `statuses` apply."},
    {"statuses", object(error_case_members), "What single answers are replaced by."},
};

inline constexpr Member rewrite_members[] = {
    {"strip_prefix", text(), "Taken off the front of the path: a part of match.path."},
};

inline constexpr Member endpoint_members[] = {
    {"name", text(), "What the log calls it.", required},
    {"match", object(match_members), "Which requests it is for.", required},
    {"authenticate", object(authenticate_members), "Who may ask.", required},
    {"authorize", object(authorize_members), "What the token must say."},
    {"enrich", either(enrich_list, enrich_map),
     "Headers made from claims: a list, or one per provider's name and under \"default\"."},
    {"forward_authorization", boolean(),
     "Whether the upstream gets the token; true when absent, but false with connector oidc."},
    {"limit", object(rate_members), "How often a client may ask."},
    {"errors", object(error_members), "How its refusals look; as the file's when absent."},
    {"upstream", text(), "Where its requests go.", required},
    {"rewrite", object(rewrite_members), "What is changed about the path."},
};
inline constexpr Shape endpoint = object(endpoint_members);

// --- The file ------------------------------------------------------------------------------------

inline constexpr std::string_view access_logs[] = {"stderr", "off", "ring"};
inline constexpr std::string_view log_levels[] = {"error", "warning", "info", "debug"};
inline constexpr Member logging_members[] = {
    {"access", one_of(access_logs),
     "One line of JSON per request: to stderr, none (off), or the latest ones kept in memory only "
     "(ring); stderr when absent."},
    {"level", one_of(log_levels),
     "How weighty other lines must be, such as those about a provider at fault; info when absent."},
};

inline constexpr std::string_view clock_permissions[] = {"allow", "refuse"};
inline constexpr Member clock_unknown_members[] = {
    {"handshakes", one_of(clock_permissions),
     "TLS with a peer whose certificate has dates; allow when absent: it is refused only when it "
     "expired before the floor."},
    {"tokens", one_of(clock_permissions),
     "Tokens whose dates are judged here; refuse when absent: 503. allow: one is refused only when "
     "it expired before the floor."},
};
inline constexpr Member clock_floor_members[] = {
    {"handshakes", one_of(clock_permissions),
     "TLS with a peer whose certificate has dates; allow when absent."},
    {"tokens", one_of(clock_permissions), "Tokens whose dates are judged here; allow when absent."},
};
inline constexpr Member clock_members[] = {
    {"floor_file", text(),
     "File in which the latest date known for sure outlives a restart; when absent, clock-floor in "
     "systemd's STATE_DIRECTORY, and without one none."},
    {"unknown", object(clock_unknown_members),
     "What is decided while the wall clock is before the floor, so surely wrong."},
    {"floor", object(clock_floor_members),
     "What is decided while it is not before the floor, but nothing synchronises it."},
};

inline constexpr Member file_members[] = {
    {"$schema", text(), "For editors; not looked at."},
    {"listeners", list_of(listener, 1, listeners_max), "Where clients connect.", required},
    {"limits", object(limit_members), "Every capacity there is."},
    {"timeouts", object(timeout_members), "How long clients are waited for."},
    {"trusted_proxies", list_of(any_text, 0, 64),
     "Networks, such as 10.0.0.0/8, whose X-Forwarded-For, -Proto and -Host count."},
    {"providers", map_of(provider, 0, providers_max), "Who vouches for tokens, by name."},
    {"upstreams", map_of(upstream, 1, upstreams_max), "Where requests go, by name.", required},
    {"endpoints", list_of(endpoint, 1, endpoints_max), "What is protected, and how.", required},
    {"errors", object(error_members), "How the gateway's own answers look."},
    {"logging", object(logging_members), "What is said, and where."},
    {"clock", object(clock_members), "What may be decided by a clock that may be wrong."},
};
inline constexpr Shape file = object(file_members);

}  // namespace postern::config::tables
