// The lock that mbedTLS puts around its memory (MBEDTLS_THREADING_ALT): held for one look through a
// list of free pieces, so it spins. Installed beside mbedTLS's headers by tools/setup.
// Read by mbedTLS as C; core/crypto/working_memory.cpp gives it its functions.
#pragma once

typedef struct mbedtls_threading_mutex_t {
  unsigned char taken;
} mbedtls_threading_mutex_t;
