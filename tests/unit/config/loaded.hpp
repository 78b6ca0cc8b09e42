#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/arena.hpp"
#include "core/base/bytes.hpp"
#include "core/config/load.hpp"
#include "tests/support/certificates.hpp"

namespace postern::config::test {

/// A finding as the loader reported it.
struct Found {
  std::string pointer;
  std::string problem;
  std::string remedy;
};

/// RFC 7517 appendix A.1, its public keys.
inline constexpr std::string_view key_set = R"({"keys":[
  {"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
   "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"sig","kid":"1"}]})";

/// 64 bytes: long enough for HS512.
inline constexpr std::string_view long_secret =
    "a secret of 64 bytes, as long as the digest of HS512 wants it !!";
static_assert(long_secret.size() == 64);

/// Files by name: "secret" and "long secret" are well, and those of make_certificates.py; the
/// others are what their names say.
class NamedFiles final : public FileReader {
 public:
  explicit NamedFiles(bool has_system_anchors) : has_system_anchors_(has_system_anchors) {}

  FileProblem read_secret(std::string_view file, ClientSecret& secret) override {
    if (file == "missing") return FileProblem::Missing;
    if (file == "unreadable") return FileProblem::Unreadable;
    if (file == "exposed") return FileProblem::Exposed;
    if (file == "empty") return FileProblem::Empty;
    if (file == "long") return FileProblem::TooLong;
    const std::string_view text = file == "long secret" ? long_secret : "swordfish";
    return secret.set(as_bytes(text)) ? FileProblem::None : FileProblem::TooLong;
  }
  FileProblem read_text(std::string_view file, std::span<char> into, std::size_t& size) override {
    if (file == "missing") return FileProblem::Missing;
    if (file == "empty") return FileProblem::Empty;
    if (file.ends_with(".pem") || file.ends_with(".key")) {
      return give(postern::test::certificate_file(std::string(file)), into, size);
    }
    return give(file == "keys.json" ? key_set : file, into, size);
  }
  FileProblem read_secret_text(std::string_view file, std::span<char> into,
                               std::size_t& size) override {
    return file == "exposed" ? FileProblem::Exposed : read_text(file, into, size);
  }
  FileProblem read_system_anchors(std::span<char> into, std::size_t& size) override {
    ++system_reads;
    if (!has_system_anchors_) return FileProblem::Missing;
    return give(postern::test::certificate_file("half-torn-anchors.pem"), into, size);
  }

  int system_reads = 0;

 private:
  static FileProblem give(std::string_view text, std::span<char> into, std::size_t& size) {
    if (text.size() > into.size()) return FileProblem::TooLong;
    std::copy(text.begin(), text.end(), into.begin());
    size = text.size();
    return FileProblem::None;
  }

  bool has_system_anchors_;
};

/// A configuration text, loaded.
class Loaded {
 public:
  explicit Loaded(const std::string& text, std::size_t arena_bytes = 256 * 1024,
                  bool has_system_anchors = true,
                  std::size_t scratch_bytes = load_scratch_bytes_max, const Target& target = {})
      : memory_(arena_bytes), arena_(memory_) {
    std::vector<std::byte> scratch_memory(scratch_bytes);
    Arena scratch(scratch_memory);
    NamedFiles files(has_system_anchors);
    Collected collected(findings_);
    config_ = load(text, files, arena_, scratch, collected, target);
  }

  [[nodiscard]] bool ok() const { return config_ != nullptr; }
  const Config& operator*() const { return *config_; }
  const Config* operator->() const { return config_; }
  [[nodiscard]] const std::vector<Found>& findings() const { return findings_; }
  [[nodiscard]] std::size_t used_bytes() const { return arena_.used(); }
  /// All findings as lines.
  [[nodiscard]] std::string lines() const {
    std::string text;
    for (const Found& found : findings_) {
      text += found.pointer + ": " + found.problem + "; " + found.remedy + "\n";
    }
    return text;
  }

 private:
  class Collected final : public Findings {
   public:
    explicit Collected(std::vector<Found>& all) : all_(all) {}

   private:
    void found(const Finding& finding) override {
      all_.push_back({std::string(finding.pointer), std::string(finding.problem),
                      std::string(finding.remedy)});
    }
    std::vector<Found>& all_;
  };

  std::vector<std::byte> memory_;
  Arena arena_;
  std::vector<Found> findings_;
  const Config* config_ = nullptr;
};

/// A file that says something about everything.
inline const std::string full_file = R"({
  "$schema": "postern.schema.json",
  "listeners": [{"address": "0.0.0.0:8080"}, {"address": "[::1]:8081"},
                {"address": "[::]:8443",
                 "tls": {"certificate_file": "gateway-chain.pem", "key_file": "gateway.key",
                         "certificates": [{"certificate_file": "named-chain.pem",
                                           "key_file": "named.key"}],
                         "client_ca_file": "two-anchors.pem", "client_certificate": "optional",
                         "min_version": "1.3", "max_fragment": 2048}}],
  "limits": {"connections": 100, "cache_negative_share": 0.25, "workers": 2},
  "timeouts": {"head_ms": 5000, "drain_ms": 0},
  "trusted_proxies": ["10.0.0.0/8", "2001:db8::1"],
  "providers": {
    "plant": {
      "issuer": "https://id.plant.example",
      "introspection": {"url": "http://id.plant.example:9100/introspect?v=1", "client_id": "gw",
                        "client_secret_file": "secret"},
      "timeouts": {"connect_ms": 700, "response_ms": 1700},
      "cache": {"max_ttl_s": 120, "negative_ttl_s": 5, "safety_margin_s": 3}
    },
    "legacy": {
      "introspection": {"url": "http://192.0.2.7/check", "method": "GET", "mode": "status"}
    },
    "guarded": {
      "introspection": {"url": "https://guarded.example/introspect", "client_id": "gw",
                        "client_auth": "private_key_jwt", "client_key_file": "p384.key",
                        "client_key_id": "k1", "client_key_algorithm": "ES384",
                        "client_assertion_audience": "https://guarded.example"},
      "tls": {"ca_file": "root.pem", "certificate_file": "client-chain.pem",
              "key_file": "client.key", "max_fragment": 1024}
    },
    "silent": {}
  },
  "upstreams": {
    "historian": {"servers": ["http://127.0.0.1:9000", "http://Backup.example"], "retries": 0},
    "camera": {"servers": ["http://[::1]:9001"]},
    "vault": {"servers": ["https://vault.example", "http://vault.example"]}
  },
  "endpoints": [
    {"name": "readings",
     "match": {"hosts": ["GW.example"], "path": "/readings/", "methods": ["GET", "HEAD"]},
     "authenticate": {"connector": "oauth2", "token_from": ["authorization", "header:X-Token"],
                      "select": {"header": "X-Region", "values": {"eu": "plant"},
                                 "default": "legacy"},
                      "certificate_binding": "required",
                      "dpop": {"required": true, "nonce": true, "max_age_s": 30}},
     "authorize": {"scopes": {"all": ["read"], "none": ["admin"]}, "audience": ["urn:historian"],
                   "clients": ["c1"],
                   "claims": [{"claim": "$.groups", "values": ["operators", 7, true, null]}],
                   "max_token_age_s": 60},
     "enrich": [{"header": "X-Subject", "claim": "$.sub"},
                {"header": "X-Groups", "claim": "$['groups']"}],
     "forward_authorization": false,
     "limit": {"key": "$.client_id", "requests": 50, "per_s": 2, "burst": 80},
     "errors": {"set": "plain", "override": true,
                "statuses": {"token_absent": {"status": 404, "text": "Nothing here", "body": ""}}},
     "upstream": "historian", "rewrite": {"strip_prefix": "/readings/"}},
    {"name": "picture", "match": {"path": "/picture"}, "authenticate": {"connector": "none"},
     "limit": {"requests": 5}, "upstream": "camera"}
  ],
  "errors": {"set": "empty"},
  "logging": {"access": "ring", "level": "debug"},
  "clock": {"floor_file": "state/clock-floor",
            "unknown": {"handshakes": "refuse", "tokens": "refuse"},
            "floor": {"tokens": "refuse"}}
})";

/// `text` with its first `from` replaced. An empty result says that there was none.
inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  return at == std::string::npos ? std::string() : text.replace(at, from.size(), to);
}

}  // namespace postern::config::test
