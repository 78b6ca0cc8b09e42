#include "core/crypto/signature.hpp"

#include <mbedtls/ecdsa.h>
#include <mbedtls/md.h>
#include <mbedtls/rsa.h>
#include <sodium/crypto_sign_ed25519.h>

#include "core/base/assert.hpp"
#include "core/base/secret.hpp"
#include "core/crypto/elliptic_curve.hpp"
#include "core/crypto/message_digest.hpp"

namespace postern::crypto {
namespace {

/// mbedTLS adds the code of a big number's failure to that of what it was needed for: the lowest
/// seven bits name it.
bool means_no_memory(int failure) {
  return (-failure & 0x7F) == -MBEDTLS_ERR_MPI_ALLOC_FAILED ||
         failure == MBEDTLS_ERR_ECP_ALLOC_FAILED || failure == MBEDTLS_ERR_MD_ALLOC_FAILED;
}

// Everything that is not "yes" and not "no memory" is "no".
SignatureVerdict verdict_of(int failure) {
  if (failure == 0) return SignatureVerdict::Valid;
  return means_no_memory(failure) ? SignatureVerdict::Undecided : SignatureVerdict::Invalid;
}

class RsaKey {
 public:
  explicit RsaKey(const PublicKey& key) {
    mbedtls_rsa_init(&context_);
    failure_ =
        mbedtls_rsa_import_raw(&context_, raw(key.bytes()), key.bytes().size(), nullptr, 0, nullptr,
                               0, nullptr, 0, raw(key.exponent()), key.exponent().size());
    if (failure_ == 0) failure_ = mbedtls_rsa_complete(&context_);
  }
  ~RsaKey() { mbedtls_rsa_free(&context_); }
  RsaKey(const RsaKey&) = delete;
  RsaKey& operator=(const RsaKey&) = delete;

  int verify_pkcs1(mbedtls_md_type_t type, const MessageDigest& digest,
                   const unsigned char* signature) {
    if (failure_ != 0) return failure_;
    return mbedtls_rsa_rsassa_pkcs1_v15_verify(
        &context_, type, static_cast<unsigned>(digest.size()), digest.data(), signature);
  }
  int verify_pss(mbedtls_md_type_t type, const MessageDigest& digest,
                 const unsigned char* signature) {
    if (failure_ != 0) return failure_;
    failure_ = mbedtls_rsa_set_padding(&context_, MBEDTLS_RSA_PKCS_V21, type);
    if (failure_ != 0) return failure_;
    return mbedtls_rsa_rsassa_pss_verify_ext(&context_, type, static_cast<unsigned>(digest.size()),
                                             digest.data(), type, static_cast<int>(digest.size()),
                                             signature);
  }

 private:
  mbedtls_rsa_context context_;
  int failure_ = 0;
};

class BigNumber {
 public:
  explicit BigNumber(std::span<const std::byte> bytes) : failure(read(number, bytes)) {}
  ~BigNumber() { mbedtls_mpi_free(&number); }
  BigNumber(const BigNumber&) = delete;
  BigNumber& operator=(const BigNumber&) = delete;

  mbedtls_mpi number;
  int failure;

 private:
  static int read(mbedtls_mpi& number, std::span<const std::byte> bytes) {
    mbedtls_mpi_init(&number);
    return mbedtls_mpi_read_binary(&number, raw(bytes), bytes.size());
  }
};

}  // namespace

std::optional<SignatureAlgorithm> signature_algorithm(std::string_view name) {
  for (std::size_t i = 0; i < signature_algorithm_count; ++i) {
    if (signature_algorithm_names[i] == name) return static_cast<SignatureAlgorithm>(i);
  }
  return {};
}

SignatureAlgorithms algorithms_of(PublicKey::Kind kind) {
  SignatureAlgorithms algorithms;
  switch (kind) {
    case PublicKey::Kind::Rsa:
      for (const auto algorithm :
           {SignatureAlgorithm::RS256, SignatureAlgorithm::RS384, SignatureAlgorithm::RS512,
            SignatureAlgorithm::PS256, SignatureAlgorithm::PS384, SignatureAlgorithm::PS512}) {
        algorithms.add(algorithm);
      }
      break;
    case PublicKey::Kind::P256:
      algorithms.add(SignatureAlgorithm::ES256);
      break;
    case PublicKey::Kind::P384:
      algorithms.add(SignatureAlgorithm::ES384);
      break;
    case PublicKey::Kind::P521:
      algorithms.add(SignatureAlgorithm::ES512);
      break;
    case PublicKey::Kind::Ed25519:
      algorithms.add(SignatureAlgorithm::EdDSA);
      break;
  }
  return algorithms;
}

SignatureVerdict verify(const PublicKey& key, SignatureAlgorithm algorithm,
                        std::span<const std::byte> message, std::span<const std::byte> signature) {
  POSTERN_ASSERT(key.present() && algorithms_of(key.kind()).contains(algorithm));
  const mbedtls_md_type_t type = digest_of(algorithm);
  switch (algorithm) {
    case SignatureAlgorithm::RS256:
    case SignatureAlgorithm::RS384:
    case SignatureAlgorithm::RS512:
      if (signature.size() != key.bytes().size()) break;
      return verdict_of(
          RsaKey(key).verify_pkcs1(type, MessageDigest(type, message), raw(signature)));
    case SignatureAlgorithm::PS256:
    case SignatureAlgorithm::PS384:
    case SignatureAlgorithm::PS512:
      if (signature.size() != key.bytes().size()) break;
      return verdict_of(RsaKey(key).verify_pss(type, MessageDigest(type, message), raw(signature)));
    case SignatureAlgorithm::ES256:
    case SignatureAlgorithm::ES384:
    case SignatureAlgorithm::ES512: {
      const MessageDigest digest(type, message);
      return verify_ecdsa(key, digest.bytes(), signature);
    }
    case SignatureAlgorithm::EdDSA:
      if (signature.size() != crypto_sign_ed25519_BYTES) break;
      return crypto_sign_ed25519_verify_detached(raw(signature), raw(message), message.size(),
                                                 raw(key.bytes())) == 0
                 ? SignatureVerdict::Valid
                 : SignatureVerdict::Invalid;
    case SignatureAlgorithm::HS256:
    case SignatureAlgorithm::HS384:
    case SignatureAlgorithm::HS512:
      break;  // no public key has them
  }
  return SignatureVerdict::Invalid;
}

SignatureVerdict verify_ecdsa(const PublicKey& key, std::span<const std::byte> digest,
                              std::span<const std::byte> signature) {
  const std::size_t size = coordinate_bytes(key.kind());
  POSTERN_ASSERT(size != 0);
  if (signature.size() != 2 * size) return SignatureVerdict::Invalid;
  CurvePoint point(key.kind(), key.bytes());
  if (point.failure() != 0) return verdict_of(point.failure());
  const BigNumber r(signature.first(size));
  const BigNumber s(signature.last(size));
  if (r.failure != 0 || s.failure != 0) return SignatureVerdict::Undecided;
  return verdict_of(mbedtls_ecdsa_verify(&point.group, raw(digest), digest.size(), &point.point,
                                         &r.number, &s.number));
}

SignatureVerdict verify_mac(std::span<const std::byte> key, SignatureAlgorithm algorithm,
                            std::span<const std::byte> message, std::span<const std::byte> mac) {
  const mbedtls_md_info_t* info = mbedtls_md_info_from_type(digest_of(algorithm));
  POSTERN_ASSERT(info != nullptr && SignatureAlgorithms::symmetric().contains(algorithm));
  const std::size_t size = mbedtls_md_get_size(info);
  if (key.size() < size || mac.size() != size) return SignatureVerdict::Invalid;
  std::array<std::byte, MBEDTLS_MD_MAX_SIZE> expected;
  const int failure = mbedtls_md_hmac(info, raw(key), key.size(), raw(message), message.size(),
                                      reinterpret_cast<unsigned char*>(expected.data()));
  if (failure != 0) return SignatureVerdict::Undecided;
  const bool equal = constant_time_equal(mac, std::span(expected).first(size));
  wipe(expected);
  return equal ? SignatureVerdict::Valid : SignatureVerdict::Invalid;
}

}  // namespace postern::crypto
