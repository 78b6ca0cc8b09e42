#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/base64url.hpp"
#include "core/base/bytes.hpp"
#include "core/crypto/digest.hpp"
#include "core/crypto/jwk.hpp"
#include "core/crypto/random.hpp"
#include "core/crypto/signing.hpp"
#include "core/crypto/thumbprint.hpp"
#include "tests/support/key_pairs.hpp"
#include "tests/unit/json/parsed.hpp"

namespace postern::test {

inline std::string base64url(std::string_view bytes) {
  std::vector<char> memory(base64url_text_bytes(bytes.size()));
  ByteWriter out(memory);
  write_base64url(out, as_bytes(bytes));
  return std::string(out.written());
}

/// Numbers that are only good enough for tests.
inline bool count_up(std::span<std::byte> bytes) {
  static std::uint64_t next = 0;
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(next++ * 37);
  return true;
}

/// A JWS in compact form over `header` and `payload`, signed with `key`; any texts will do.
inline std::string signed_text(const KeyPair& key, crypto::SignatureAlgorithm algorithm,
                               std::string_view header, std::string_view payload) {
  static const bool has_entropy = crypto::use_entropy(count_up);
  const std::string text = base64url(header) + "." + base64url(payload);
  std::array<std::byte, crypto::signature_bytes_max> memory;
  const auto signature = crypto::sign(key.with_zero(), algorithm, as_bytes(text), memory);
  if (!has_entropy || !signature) return "";
  return text + "." + base64url(as_text(*signature));
}

/// `cnf.jkt` of a token that is bound to `key`.
inline std::string thumbprint(const KeyPair& key) {
  const json::Parsed jwk{std::string(key.jwk)};
  const crypto::Thumbprint digest = crypto::jwk_thumbprint(crypto::read_key(jwk.root())->key);
  return base64url(as_text(digest));
}

/// `ath` of a proof for `token`.
inline std::string token_digest(std::string_view token) {
  return base64url(as_text(crypto::sha256(as_bytes(token))));
}

/// A DPoP proof, member by member as JSON texts; an empty one is left out.
struct ProofText {
  KeyPair key = p256_key;
  crypto::SignatureAlgorithm algorithm = crypto::SignatureAlgorithm::ES256;
  std::string typ = R"("dpop+jwt")";
  std::string alg = R"("ES256")";
  std::string jwk{p256_key.jwk};
  std::string more_header;  ///< Such as `,"crit":[]`.
  std::string jti = R"("proof-1")";
  std::string htm = R"("GET")";
  std::string htu = R"("https://api.test/things")";
  std::string iat = "1700000000";
  std::string ath;
  std::string nonce;

  [[nodiscard]] std::string header() const {
    return object({{"typ", typ}, {"alg", alg}, {"jwk", jwk}}, more_header);
  }
  [[nodiscard]] std::string payload() const {
    return object(
        {{"jti", jti}, {"htm", htm}, {"htu", htu}, {"iat", iat}, {"ath", ath}, {"nonce", nonce}},
        "");
  }
  [[nodiscard]] std::string text() const {
    return signed_text(key, algorithm, header(), payload());
  }

 private:
  struct Member {
    const char* name;
    const std::string& value;
  };
  static std::string object(const std::vector<Member>& members, const std::string& more) {
    std::string text;
    for (const Member& member : members) {
      if (member.value.empty()) continue;
      text += (text.empty() ? "{\"" : ",\"") + std::string(member.name) + "\":" + member.value;
    }
    return text + more + "}";
  }
};

}  // namespace postern::test
