#include "core/crypto/message_digest.hpp"

#include "core/base/assert.hpp"

namespace postern::crypto {

mbedtls_md_type_t digest_of(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::RS256:
    case SignatureAlgorithm::PS256:
    case SignatureAlgorithm::ES256:
    case SignatureAlgorithm::HS256:
      return MBEDTLS_MD_SHA256;
    case SignatureAlgorithm::RS384:
    case SignatureAlgorithm::PS384:
    case SignatureAlgorithm::ES384:
    case SignatureAlgorithm::HS384:
      return MBEDTLS_MD_SHA384;
    case SignatureAlgorithm::RS512:
    case SignatureAlgorithm::PS512:
    case SignatureAlgorithm::ES512:
    case SignatureAlgorithm::HS512:
      return MBEDTLS_MD_SHA512;
    case SignatureAlgorithm::EdDSA:
      break;
  }
  return MBEDTLS_MD_NONE;
}

MessageDigest::MessageDigest(mbedtls_md_type_t type, std::span<const std::byte> message) {
  const mbedtls_md_info_t* info = mbedtls_md_info_from_type(type);
  POSTERN_ASSERT(info != nullptr);
  size_ = mbedtls_md_get_size(info);
  // Fails only in hardware, and none is configured.
  const int failure = mbedtls_md(info, raw(message), message.size(), bytes_);
  POSTERN_ASSERT(failure == 0);
}

}  // namespace postern::crypto
