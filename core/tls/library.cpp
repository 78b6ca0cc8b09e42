#include "core/tls/library.hpp"

#include <mbedtls/platform_time.h>
#include <psa/crypto.h>

#include <atomic>
#include <cstdint>

namespace postern::tls {
namespace {

// Seconds in 32 bits: every target writes them in one piece, and they last for 136 years.
std::atomic<std::uint32_t> now_s;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

mbedtls_time_t seconds_for_library(mbedtls_time_t* into) {
  const auto seconds = static_cast<mbedtls_time_t>(now_s.load(std::memory_order_relaxed));
  if (into != nullptr) *into = seconds;
  return seconds;
}

}  // namespace

bool start_library() {
  mbedtls_platform_set_time(seconds_for_library);
  return psa_crypto_init() == PSA_SUCCESS;
}

void set_time(MonotonicTime now) {
  now_s.store(static_cast<std::uint32_t>(now.us / 1'000'000), std::memory_order_relaxed);
}

}  // namespace postern::tls

// MBEDTLS_PLATFORM_MS_TIME_ALT
extern "C" mbedtls_ms_time_t mbedtls_ms_time(void) {
  using postern::tls::now_s;
  return static_cast<mbedtls_ms_time_t>(now_s.load(std::memory_order_relaxed)) * 1000;
}
