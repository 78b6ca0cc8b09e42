#include "core/crypto/digest.hpp"

#include <mbedtls/sha256.h>

#include "core/base/assert.hpp"
#include "core/base/bytes.hpp"

namespace postern::crypto {

std::array<std::byte, 32> sha256(std::span<const std::byte> bytes) {
  std::array<std::byte, 32> digest;
  // Fails only in hardware, and none is configured (core/crypto/mbedtls_config.h).
  const int failure = mbedtls_sha256(reinterpret_cast<const unsigned char*>(bytes.data()),
                                     bytes.size(), reinterpret_cast<unsigned char*>(digest.data()),
                                     /*is224=*/0);
  POSTERN_ASSERT(failure == 0);
  return digest;
}

std::uint32_t fingerprint(std::string_view token) {
  const std::array<std::byte, 32> digest = sha256(as_bytes(token));
  std::uint32_t first = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    first = first << 8 | std::to_integer<std::uint32_t>(digest[i]);
  }
  return first;
}

}  // namespace postern::crypto
