#include "core/crypto/signing.hpp"

#include <mbedtls/ecdsa.h>
#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>

#include "core/crypto/message_digest.hpp"
#include "core/crypto/random.hpp"

namespace postern::crypto {
namespace {

/// A private key taken apart. The library wipes it when it is freed.
class PrivateKey {
 public:
  explicit PrivateKey(PrivateKeyPem pem) {
    mbedtls_pk_init(&context_);
    const int failure = mbedtls_pk_parse_key(&context_, raw(pem), pem.size(), nullptr, 0,
                                             random_for_library, nullptr);
    if (failure == 0) kind_ = find_kind();
  }
  ~PrivateKey() { mbedtls_pk_free(&context_); }
  PrivateKey(const PrivateKey&) = delete;
  PrivateKey& operator=(const PrivateKey&) = delete;

  /// Nothing: it is of no use here.
  [[nodiscard]] std::optional<PublicKey::Kind> kind() const { return kind_; }

  // REQUIRES for both: kind() is that of the function. 0: signed.
  int sign_rsa(SignatureAlgorithm algorithm, const MessageDigest& digest,
               std::span<std::byte> into) {
    mbedtls_rsa_context* rsa = mbedtls_pk_rsa(context_);
    const mbedtls_md_type_t type = digest_of(algorithm);
    const auto digest_bytes = static_cast<unsigned>(digest.size());
    const bool is_pss = algorithm == SignatureAlgorithm::PS256 ||
                        algorithm == SignatureAlgorithm::PS384 ||
                        algorithm == SignatureAlgorithm::PS512;
    const int failure =
        mbedtls_rsa_set_padding(rsa, is_pss ? MBEDTLS_RSA_PKCS_V21 : MBEDTLS_RSA_PKCS_V15, type);
    if (failure != 0) return failure;
    if (is_pss) {
      // RFC 7518 section 3.5: the salt is as long as the digest.
      return mbedtls_rsa_rsassa_pss_sign_ext(rsa, random_for_library, nullptr, type, digest_bytes,
                                             digest.data(), static_cast<int>(digest_bytes),
                                             raw(into));
    }
    return mbedtls_rsa_rsassa_pkcs1_v15_sign(rsa, random_for_library, nullptr, type, digest_bytes,
                                             digest.data(), raw(into));
  }
  int sign_ecdsa(const MessageDigest& digest, std::span<std::byte> into);

  [[nodiscard]] std::size_t signature_bytes() const {
    return kind_ == PublicKey::Kind::Rsa ? mbedtls_pk_get_len(&context_)
                                         : 2 * coordinate_bytes(*kind_);
  }

 private:
  [[nodiscard]] std::optional<PublicKey::Kind> find_kind() const {
    switch (mbedtls_pk_get_type(&context_)) {
      case MBEDTLS_PK_RSA: {
        const std::size_t bits = mbedtls_pk_get_bitlen(&context_);
        if (bits < PublicKey::rsa_bits_min || bits > PublicKey::rsa_bits_max) return {};
        return PublicKey::Kind::Rsa;
      }
      case MBEDTLS_PK_ECKEY:
        switch (mbedtls_ecp_keypair_get_group_id(mbedtls_pk_ec(context_))) {
          case MBEDTLS_ECP_DP_SECP256R1:
            return PublicKey::Kind::P256;
          case MBEDTLS_ECP_DP_SECP384R1:
            return PublicKey::Kind::P384;
          case MBEDTLS_ECP_DP_SECP521R1:
            return PublicKey::Kind::P521;
          default:
            return {};
        }
      default:
        return {};
    }
  }

  mbedtls_pk_context context_;
  std::optional<PublicKey::Kind> kind_;
};

/// The numbers of one ECDSA signature and of the key that makes it.
class EcdsaNumbers {
 public:
  EcdsaNumbers() {
    mbedtls_ecp_group_init(&group);
    mbedtls_mpi_init(&d);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
  }
  ~EcdsaNumbers() {
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&d);
    mbedtls_ecp_group_free(&group);
  }
  EcdsaNumbers(const EcdsaNumbers&) = delete;
  EcdsaNumbers& operator=(const EcdsaNumbers&) = delete;

  mbedtls_ecp_group group;
  mbedtls_mpi d;
  mbedtls_mpi r;
  mbedtls_mpi s;
};

int PrivateKey::sign_ecdsa(const MessageDigest& digest, std::span<std::byte> into) {
  EcdsaNumbers numbers;
  int failure =
      mbedtls_ecp_export(mbedtls_pk_ec(context_), &numbers.group, &numbers.d, /*Q=*/nullptr);
  if (failure != 0) return failure;
  failure = mbedtls_ecdsa_sign(&numbers.group, &numbers.r, &numbers.s, &numbers.d, digest.data(),
                               digest.size(), random_for_library, nullptr);
  if (failure != 0) return failure;
  const std::size_t size = into.size() / 2;
  failure = mbedtls_mpi_write_binary(&numbers.r, raw(into.first(size)), size);
  if (failure != 0) return failure;
  return mbedtls_mpi_write_binary(&numbers.s, raw(into.last(size)), size);
}

}  // namespace

SignatureAlgorithms algorithms_of_private_key(PrivateKeyPem pem) {
  const PrivateKey key(pem);
  return key.kind() ? algorithms_of(*key.kind()) : SignatureAlgorithms{};
}

std::optional<std::span<const std::byte>> sign(PrivateKeyPem pem, SignatureAlgorithm algorithm,
                                               std::span<const std::byte> message,
                                               std::span<std::byte, signature_bytes_max> into) {
  PrivateKey key(pem);
  if (!key.kind() || !algorithms_of(*key.kind()).contains(algorithm)) return {};
  const MessageDigest digest(digest_of(algorithm), message);
  const std::span<std::byte> place = into.first(key.signature_bytes());
  const int failure = key.kind() == PublicKey::Kind::Rsa ? key.sign_rsa(algorithm, digest, place)
                                                         : key.sign_ecdsa(digest, place);
  if (failure != 0) return {};
  return place;
}

}  // namespace postern::crypto
