#include "core/tls/ticket_keys.hpp"

#include "core/crypto/random.hpp"

namespace postern::tls {

bool TicketKeys::start() {
  mbedtls_ssl_ticket_init(&context_);
  return mbedtls_ssl_ticket_setup(&context_, crypto::random_for_library, nullptr,
                                  MBEDTLS_CIPHER_AES_256_GCM,
                                  static_cast<std::uint32_t>(life.us / 1'000'000)) == 0;
}

}  // namespace postern::tls
