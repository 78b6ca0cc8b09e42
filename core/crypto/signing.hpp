#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "core/crypto/public_key.hpp"
#include "core/crypto/signature.hpp"

namespace postern::crypto {

/// A private key as a configuration has it: PEM (PKCS#8, PKCS#1 or SEC 1; not encrypted) with the
/// zero byte at its end that mbedTLS wants to see. It is taken apart for each signature and wiped
/// again, so the gateway holds it in one place.
using PrivateKeyPem = std::span<const std::byte>;

/// What a private key can sign with; none: it is no key, encrypted, or neither RSA of 2048 to 4096
/// bits nor on one of P-256, P-384 and P-521.
SignatureAlgorithms algorithms_of_private_key(PrivateKeyPem pem);

/// Longest signature.
inline constexpr std::size_t signature_bytes_max = PublicKey::rsa_bits_max / 8;

/// Signs `message` as verify() checks it: RSA signatures as long as the modulus, ECDSA as R and S
/// in full length. The signature stands at the front of `into`. Nothing: the key cannot be used
/// with `algorithm`, or there was no memory or no randomness (use_entropy). Takes 0.5 ms (P-256) to
/// 20 ms (RSA with 4096 bits).
std::optional<std::span<const std::byte>> sign(PrivateKeyPem pem, SignatureAlgorithm algorithm,
                                               std::span<const std::byte> message,
                                               std::span<std::byte, signature_bytes_max> into);

}  // namespace postern::crypto
