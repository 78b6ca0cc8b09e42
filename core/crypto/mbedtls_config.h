// What Postern takes of mbedTLS. Everything not named here is not compiled.
// Installed as mbedtls/mbedtls_config.h by tools/setup, so a change here rebuilds the library.
#pragma once

// SHA-256 for what leaves the process: the token's fingerprint in the log.
#define MBEDTLS_SHA256_C

// The door for TLS: handshakes allocate, and the core has no allocator, so mbedTLS will get one
// fixed block (mbedtls_memory_buffer_alloc_init). Nothing here uses it before that call.
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_MEMORY_BUFFER_ALLOC_C
