#pragma once

#include <mbedtls/md.h>

#include <cstddef>
#include <span>

#include "core/crypto/signature.hpp"

namespace postern::crypto {

inline const unsigned char* raw(std::span<const std::byte> bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* raw(std::span<std::byte> bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

/// The digest that an algorithm signs; none for EdDSA, which signs the message itself.
mbedtls_md_type_t digest_of(SignatureAlgorithm algorithm);

/// The digest of one message.
class MessageDigest {
 public:
  /// REQUIRES: `type` is one that is compiled in.
  MessageDigest(mbedtls_md_type_t type, std::span<const std::byte> message);
  [[nodiscard]] const unsigned char* data() const { return bytes_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::span<const std::byte> bytes() const {
    return std::as_bytes(std::span(bytes_).first(size_));
  }

 private:
  unsigned char bytes_[MBEDTLS_MD_MAX_SIZE];
  std::size_t size_ = 0;
};

}  // namespace postern::crypto
