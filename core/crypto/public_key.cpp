#include "core/crypto/public_key.hpp"

#include <sodium/crypto_core_ed25519.h>

#include <algorithm>

#include "core/crypto/elliptic_curve.hpp"

namespace postern::crypto {
namespace {

std::span<const std::byte> without_zeros_in_front(std::span<const std::byte> number) {
  while (!number.empty() && number.front() == std::byte{0}) number = number.subspan(1);
  return number;
}

bool is_odd(std::span<const std::byte> number) {
  return (std::to_integer<unsigned>(number.back()) & 1U) != 0;
}

std::size_t bit_length(std::span<const std::byte> number) {
  std::size_t bits = number.size() * 8;
  for (auto first = std::to_integer<unsigned>(number.front()); first < 0x80; first <<= 1) --bits;
  return bits;
}

unsigned remainder(std::span<const std::byte> number, unsigned divisor) {
  unsigned rest = 0;
  for (const std::byte byte : number) {
    rest = (rest << 8 | std::to_integer<unsigned>(byte)) % divisor;
  }
  return rest;
}

/// Nemec and others, "The Return of Coppersmith's Attack" (2017): primes of the flawed generator
/// are powers of 65537 modulo each small prime, and so is their product. For another modulus that
/// happens by chance once in 2^27 for the primes up to 97 and far more rarely for all of these.
bool has_roca_fingerprint(std::span<const std::byte> modulus) {
  constexpr unsigned primes[] = {3,   5,   7,   11,  13,  17,  19,  23,  29,  31,  37,  41,  43,
                                 47,  53,  59,  61,  67,  71,  73,  79,  83,  89,  97,  101, 103,
                                 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};
  return std::all_of(std::begin(primes), std::end(primes), [&](unsigned prime) {
    const unsigned rest = remainder(modulus, prime);
    unsigned power = 1;
    do {
      if (power == rest) return true;
      power = power * (65537 % prime) % prime;
    } while (power != 1);
    return false;
  });
}

}  // namespace

std::optional<PublicKey> PublicKey::rsa(std::span<const std::byte> modulus,
                                        std::span<const std::byte> exponent) {
  modulus = without_zeros_in_front(modulus);
  exponent = without_zeros_in_front(exponent);
  PublicKey key;
  if (modulus.empty() || exponent.empty() || exponent.size() > key.exponent_.size()) return {};
  const std::size_t bits = bit_length(modulus);
  if (bits < rsa_bits_min || bits > rsa_bits_max || !is_odd(modulus)) return {};
  const bool is_one = exponent.size() == 1 && exponent.front() == std::byte{1};
  if (!is_odd(exponent) || is_one || has_roca_fingerprint(modulus)) return {};
  key.kind_ = Kind::Rsa;
  key.size_ = static_cast<std::uint16_t>(modulus.size());
  std::copy(modulus.begin(), modulus.end(), key.bytes_.begin());
  key.exponent_size_ = static_cast<std::uint8_t>(exponent.size());
  std::copy(exponent.begin(), exponent.end(), key.exponent_.begin());
  return key;
}

std::optional<PublicKey> PublicKey::ec(Kind curve, std::span<const std::byte> x,
                                       std::span<const std::byte> y) {
  const std::size_t size = coordinate_bytes(curve);
  if (size == 0 || x.size() != size || y.size() != size) return {};
  PublicKey key;
  key.kind_ = curve;
  key.size_ = static_cast<std::uint16_t>(2 * size);
  std::copy(y.begin(), y.end(), std::copy(x.begin(), x.end(), key.bytes_.begin()));
  const CurvePoint point(curve, key.bytes());
  if (point.failure() != 0 || mbedtls_ecp_check_pubkey(&point.group, &point.point) != 0) return {};
  return key;
}

std::optional<PublicKey> PublicKey::ed25519(std::span<const std::byte> x) {
  if (x.size() != crypto_core_ed25519_BYTES) return {};
  if (crypto_core_ed25519_is_valid_point(reinterpret_cast<const unsigned char*>(x.data())) != 1) {
    return {};
  }
  PublicKey key;
  key.kind_ = Kind::Ed25519;
  key.size_ = crypto_core_ed25519_BYTES;
  std::copy(x.begin(), x.end(), key.bytes_.begin());
  return key;
}

}  // namespace postern::crypto
