#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace postern::crypto {

/// A public key that was found fit to verify with: a fixed block of bytes, copied as it is. What is
/// wrong with a key is said when it is made, never when a signature is checked.
class PublicKey {
 public:
  enum class Kind : std::uint8_t { Rsa, P256, P384, P521, Ed25519 };

  static constexpr std::size_t rsa_bits_min = 2048;  ///< RFC 7518 section 3.3
  static constexpr std::size_t rsa_bits_max = 4096;  ///< Bounds the time of one check.

  PublicKey() = default;  ///< No key. Verifies nothing.

  /// Modulus and exponent, most significant byte first; zeros in front are ignored. Refused: a
  /// modulus out of the bounds above, even, or from a generator with the ROCA flaw
  /// (CVE-2017-15361), whose private key can be computed; an exponent that is even, below 3 or
  /// beyond 64 bits.
  static std::optional<PublicKey> rsa(std::span<const std::byte> modulus,
                                      std::span<const std::byte> exponent);
  /// A point of P256, P384 or P521, each coordinate in the curve's full length (RFC 7518
  /// section 6.2.1.2). Refused: a point that is not on the curve.
  static std::optional<PublicKey> ec(Kind curve, std::span<const std::byte> x,
                                     std::span<const std::byte> y);
  /// An Ed25519 public key (RFC 8032). Refused: not a canonical encoding of a point of the prime
  /// order group, under which anything might verify.
  static std::optional<PublicKey> ed25519(std::span<const std::byte> x);

  [[nodiscard]] bool present() const { return size_ != 0; }
  [[nodiscard]] Kind kind() const { return kind_; }

  /// Rsa: the modulus. Ec: x then y. Ed25519: the encoded point.
  [[nodiscard]] std::span<const std::byte> bytes() const { return std::span(bytes_).first(size_); }
  /// Rsa only.
  [[nodiscard]] std::span<const std::byte> exponent() const {
    return std::span(exponent_).first(exponent_size_);
  }

 private:
  Kind kind_ = Kind::Rsa;
  std::uint8_t exponent_size_ = 0;
  std::uint16_t size_ = 0;
  std::array<std::byte, 8> exponent_{};
  std::array<std::byte, rsa_bits_max / 8> bytes_{};
};

/// Bytes of one coordinate of a point, and of each half of a signature. 0 for other kinds.
constexpr std::size_t coordinate_bytes(PublicKey::Kind kind) {
  switch (kind) {
    case PublicKey::Kind::P256:
      return 32;
    case PublicKey::Kind::P384:
      return 48;
    case PublicKey::Kind::P521:
      return 66;
    case PublicKey::Kind::Rsa:
    case PublicKey::Kind::Ed25519:
      break;
  }
  return 0;
}

}  // namespace postern::crypto
