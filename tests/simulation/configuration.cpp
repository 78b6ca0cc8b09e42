#include "tests/simulation/configuration.hpp"

#include <string_view>

namespace postern::simulation {
namespace {

constexpr const char* roomy_limits = R"({"connections": 64, "idle_connections": 64,
    "upstream_connections": 64, "header_bytes": 2048, "cache_entries": 64, "lookups": 16,
    "waiters": 64, "log_bytes": 65536, "tls_connections": 64, "tls_handshakes": 8})";

constexpr const char* tight_limits = R"({"connections": 3, "idle_connections": 2,
    "upstream_connections": 2, "header_bytes": 2048, "cache_entries": 16, "lookups": 1,
    "waiters": 2, "log_bytes": 4096, "tls_connections": 2, "tls_handshakes": 1})";

constexpr const char* the_rest = R"(
  "listeners": [{"address": "0.0.0.0:8080"}],
  "timeouts": {"head_ms": 5000, "body_ms": 5000, "idle_ms": 20000, "send_ms": 5000,
               "drain_ms": 5000},
  "providers": {
    "plant": {
      "introspection": {
        "url": "http://provider.test:9100/introspect", "client_auth": "client_secret_basic",
        "client_id": "gateway", "client_secret_file": "secret"
      },
      "timeouts": {"connect_ms": 500, "response_ms": 1000},
      "cache": {"max_ttl_s": 30, "negative_ttl_s": 5, "safety_margin_s": 1}
    },
    "signer": {
      "issuer": "http://provider.test:9100/signer",
      "introspection": {
        "client_auth": "client_secret_basic", "client_id": "gateway",
        "client_secret_file": "secret"
      },
      "jwks": {"refresh_s": 10, "cooldown_s": 5},
      "offline": {"keys_s": 25},
      "timeouts": {"connect_ms": 500, "response_ms": 1000},
      "cache": {"max_ttl_s": 10, "negative_ttl_s": 5, "safety_margin_s": 1}
    },
    "people": {
      "issuer": "http://provider.test:9100/people",
      "jwks": {"url": "http://provider.test:9100/people/jwks", "refresh_s": 10, "cooldown_s": 5},
      "userinfo": {"url": "http://provider.test:9100/people/userinfo"},
      "offline": {"keys_s": 25},
      "timeouts": {"connect_ms": 500, "response_ms": 1000},
      "cache": {"max_ttl_s": 30, "negative_ttl_s": 5, "safety_margin_s": 1}
    }
  },
  "upstreams": {
    "historian": {"servers": ["http://10.0.0.3:9000"], "connect_ms": 500, "response_ms": 3000},
    "camera": {"servers": ["http://camera.test:9000"], "connect_ms": 500, "response_ms": 3000}
  },
  "endpoints": [
    {"name": "public", "match": {"path": "/public/"}, "authenticate": {"connector": "none"},
     "forward_authorization": false, "upstream": "historian"},
    {"name": "read", "match": {"path": "/read/"},
     "authenticate": {"connector": "oauth2", "select": {"default": "plant"}},
     "authorize": {"scopes": {"all": ["read"]}},
     "enrich": [{"header": "X-Subject", "claim": "$.sub"}],
     "forward_authorization": false, "upstream": "historian"},
    {"name": "write", "match": {"path": "/write/", "methods": ["POST", "PUT"]},
     "authenticate": {"connector": "oauth2", "select": {"default": "plant"}},
     "authorize": {"scopes": {"all": ["write"]}},
     "forward_authorization": true, "upstream": "camera"},
    {"name": "jwt", "match": {"path": "/jwt/"},
     "authenticate": {"connector": "jwt", "select": {"default": "signer"}},
     "authorize": {"scopes": {"all": ["read"]}},
     "enrich": [{"header": "X-Subject", "claim": "$.sub"}],
     "forward_authorization": false, "upstream": "historian"},
    {"name": "both", "match": {"path": "/both/"},
     "authenticate": {"connector": "jwt", "revalidate_s": 5, "select": {"default": "signer"}},
     "authorize": {"scopes": {"all": ["read"]}},
     "enrich": [{"header": "X-Subject", "claim": "$.sub"}],
     "forward_authorization": false, "upstream": "historian"},
    {"name": "id", "match": {"path": "/id/"},
     "authenticate": {"connector": "oidc", "select": {"default": "people"}},
     "enrich": [{"header": "X-Subject", "claim": "$.sub"}],
     "upstream": "historian"}
  ],
  "logging": {"access": "stderr"}
)";

void replace(std::string& text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  if (at != std::string::npos) text.replace(at, what.size(), by);
}

}  // namespace

std::string configuration_text(bool tight, bool secured) {
  std::string text =
      std::string("{\"limits\": ") + (tight ? tight_limits : roomy_limits) + "," + the_rest + "}";
  if (!secured) return text;
  replace(text, R"("0.0.0.0:8080")",
          R"("0.0.0.0:8080", "tls": {"certificate_file": "timeless-chain.pem",
                                     "key_file": "timeless.key"})");
  // The signer stays: its addresses are found under its issuer, which stands in its tokens.
  replace(text, "http://provider.test:9100/introspect\"",
          "https://provider.test:9443/introspect\"");
  replace(text, "http://provider.test:9100/people/jwks", "https://provider.test:9443/people/jwks");
  replace(text, "http://provider.test:9100/people/userinfo",
          "https://provider.test:9443/people/userinfo");
  const std::string trust = R"("tls": {"ca_file": "timeless-issuing.pem"}, )";
  for (const char* member :
       {R"("plant": {)", R"("people": {)", R"("historian": {)", R"("camera": {)"}) {
    replace(text, member, std::string(member) + trust);
  }
  replace(text, "http://10.0.0.3:9000", "https://10.0.0.3:9443");
  replace(text, "http://camera.test:9000", "https://camera.test:9443");
  return text;
}

}  // namespace postern::simulation
