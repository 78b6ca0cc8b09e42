#include "core/crypto/random.hpp"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/error.h>
#include <psa/crypto.h>

#include <algorithm>

namespace postern::crypto {
namespace {

// One for the process: mbedTLS's PSA layer asks for random numbers without saying where from.
mbedtls_ctr_drbg_context generator;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
EntropySource entropy_source =
    nullptr;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

int gather(void*, unsigned char* bytes, std::size_t byte_count) {
  const bool filled = entropy_source(std::as_writable_bytes(std::span(bytes, byte_count)));
  return filled ? 0 : MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED;
}

}  // namespace

bool use_entropy(EntropySource source) {
  if (entropy_source != nullptr) mbedtls_ctr_drbg_free(&generator);
  entropy_source = source;
  mbedtls_ctr_drbg_init(&generator);
  if (mbedtls_ctr_drbg_seed(&generator, gather, nullptr, nullptr, 0) == 0) return true;
  mbedtls_ctr_drbg_free(&generator);
  entropy_source = nullptr;  // else the generator would go on from a state of zeros
  return false;
}

int random_for_library(void*, unsigned char* bytes, std::size_t byte_count) {
  if (entropy_source == nullptr) return MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED;
  while (byte_count != 0) {
    const std::size_t piece = std::min<std::size_t>(byte_count, MBEDTLS_CTR_DRBG_MAX_REQUEST);
    const int failure = mbedtls_ctr_drbg_random(&generator, bytes, piece);
    if (failure != 0) return failure;
    bytes += piece;
    byte_count -= piece;
  }
  return 0;
}

bool fill_random(std::span<std::byte> bytes) {
  return random_for_library(nullptr, reinterpret_cast<unsigned char*>(bytes.data()),
                            bytes.size()) == 0;
}

}  // namespace postern::crypto

// MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG
extern "C" psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t*,
                                                        uint8_t* output, size_t output_size,
                                                        size_t* output_length) {
  if (postern::crypto::random_for_library(nullptr, output, output_size) != 0) {
    return PSA_ERROR_INSUFFICIENT_ENTROPY;
  }
  *output_length = output_size;
  return PSA_SUCCESS;
}
