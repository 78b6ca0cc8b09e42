#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/crypto/public_key.hpp"

namespace postern::crypto {

/// The algorithms of RFC 7518 section 3 and RFC 8037 that this gateway verifies. `none` is not one.
enum class SignatureAlgorithm : std::uint8_t {
  RS256,
  RS384,
  RS512,
  PS256,
  PS384,
  PS512,
  ES256,
  ES384,
  ES512,
  EdDSA,  ///< With Ed25519.
  HS256,
  HS384,
  HS512,
};
/// By SignatureAlgorithm: names as in `alg`, case-sensitive.
inline constexpr std::string_view signature_algorithm_names[] = {
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
    "ES384", "ES512", "EdDSA", "HS256", "HS384", "HS512"};
inline constexpr std::size_t signature_algorithm_count = std::size(signature_algorithm_names);

/// The algorithm called exactly `name`, or nothing.
std::optional<SignatureAlgorithm> signature_algorithm(std::string_view name);

/// A set of them.
class SignatureAlgorithms {
 public:
  constexpr SignatureAlgorithms() = default;
  /// All with a public key: not HS*, which only a configuration with a secret file can allow.
  static constexpr SignatureAlgorithms asymmetric() { return SignatureAlgorithms(0x03FF); }
  static constexpr SignatureAlgorithms symmetric() { return SignatureAlgorithms(0x1C00); }

  constexpr void add(SignatureAlgorithm algorithm) {
    bits_ = static_cast<std::uint16_t>(bits_ | 1U << static_cast<unsigned>(algorithm));
  }
  [[nodiscard]] constexpr bool contains(SignatureAlgorithm algorithm) const {
    return (bits_ >> static_cast<unsigned>(algorithm) & 1U) != 0;
  }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr SignatureAlgorithms both(SignatureAlgorithms other) const {
    return SignatureAlgorithms(static_cast<std::uint16_t>(bits_ & other.bits_));
  }
  friend constexpr bool operator==(SignatureAlgorithms, SignatureAlgorithms) = default;

 private:
  constexpr explicit SignatureAlgorithms(std::uint16_t bits) : bits_(bits) {}
  std::uint16_t bits_ = 0;
};

/// What a key of this kind can verify: its type and curve decide, never the token.
SignatureAlgorithms algorithms_of(PublicKey::Kind kind);

enum class SignatureVerdict : std::uint8_t {
  Valid,
  Invalid,
  Undecided,  ///< The working memory was used up: no verdict on the signature.
};

/// Whether `signature` is that of `message` under `key`. REQUIRES: algorithms_of(key) has
/// `algorithm`. RSA: RFC 8017 sections 8.1.2 (salt as long as the digest) and 8.2.2, signature as
/// long as the modulus. ECDSA: R and S in full length one after the other (RFC 7518 section 3.4).
/// Ed25519: RFC 8032 section 5.1.7, S canonical. Takes 50 us (RSA 2048) to 2 ms (P-521).
SignatureVerdict verify(const PublicKey& key, SignatureAlgorithm algorithm,
                        std::span<const std::byte> message, std::span<const std::byte> signature);

/// The ECDSA part alone, for a digest made by the caller. REQUIRES: the key is on a curve.
SignatureVerdict verify_ecdsa(const PublicKey& key, std::span<const std::byte> digest,
                              std::span<const std::byte> signature);

/// Whether `mac` is the whole HMAC of `message` (RFC 7518 section 3.2), compared in constant time.
/// A key shorter than the digest is refused. REQUIRES: `algorithm` is one of HS*.
SignatureVerdict verify_mac(std::span<const std::byte> key, SignatureAlgorithm algorithm,
                            std::span<const std::byte> message, std::span<const std::byte> mac);

}  // namespace postern::crypto
