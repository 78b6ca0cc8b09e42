#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/base64url.hpp"
#include "core/base/bytes.hpp"
#include "core/json/writer.hpp"
#include "core/token/jwt/jws.hpp"
#include "core/token/published.hpp"
#include "tests/support/signature_memory.hpp"
#include "tests/support/vectors.hpp"

namespace postern::test {

/// A JWK or a JWK Set as text of a JWK Set.
inline std::string key_set_of(json::Value keys) {
  std::string text(64 * 1024, '\0');
  ByteWriter out(text);
  json::write_value(out, keys);
  const std::string written(out.written());
  return keys.member("keys").present() ? written : "{\"keys\":[" + written + "]}";
}

/// A key set and perhaps a secret, and what a token's signature is worth there.
class Verifier {
 public:
  explicit Verifier(const std::string& key_set, std::string secret = "")
      : secret_(std::move(secret)) {
    const json::Parsed document(key_set);
    if (document.ok()) key_count_ = crypto::read_key_set(document.root(), keys_);
  }

  [[nodiscard]] std::size_t key_count() const { return key_count_; }

  /// The payload, when the token's signature is verified.
  [[nodiscard]] std::optional<std::string> payload(std::string_view token) const {
    std::vector<std::byte> scratch(token.size());
    std::vector<std::byte> memory(token::jwt::header_arena_bytes());
    Arena arena(memory);
    const auto jws = token::jwt::parse_jws(token, scratch, arena);
    if (!jws || !is_signed(*jws)) return {};
    std::string payload(token.size(), '\0');
    const auto decoded = decode_base64url(jws->payload, std::as_writable_bytes(std::span(payload)));
    if (!decoded) return {};
    return std::string(as_text(*decoded));
  }
  [[nodiscard]] bool accepts(std::string_view token) const { return payload(token).has_value(); }

 private:
  [[nodiscard]] bool is_signed(const token::jwt::Jws& jws) const {
    if (crypto::SignatureAlgorithms::symmetric().contains(jws.algorithm)) {
      return !secret_.empty() &&
             crypto::verify_mac(as_bytes(secret_), jws.algorithm, as_bytes(jws.signed_text),
                                jws.signature) == crypto::SignatureVerdict::Valid;
    }
    std::optional<crypto::KeyName> kid;
    if (jws.kid) kid = crypto::key_name(*jws.kid);
    token::KeyCandidates candidates;
    token::select_keys(std::span(keys_).first(key_count_), kid ? &*kid : nullptr, jws.algorithm,
                       candidates);
    for (const crypto::PublicKey& key : std::span(candidates.keys).first(candidates.count)) {
      if (crypto::verify(key, jws.algorithm, as_bytes(jws.signed_text), jws.signature) ==
          crypto::SignatureVerdict::Valid) {
        return true;
      }
    }
    return false;
  }

  std::array<crypto::VerificationKey, 16> keys_{};
  std::size_t key_count_ = 0;
  std::string secret_;
};

}  // namespace postern::test
