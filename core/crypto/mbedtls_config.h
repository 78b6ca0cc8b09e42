// What Postern takes of mbedTLS. Everything not named here is not compiled.
// Installed as mbedtls/mbedtls_config.h by tools/setup, so a change here rebuilds the library.
#pragma once

#define MBEDTLS_HAVE_ASM

// Digests: SHA-256 also for the token's fingerprint in the log.
#define MBEDTLS_SHA256_C
#define MBEDTLS_SHA384_C
#define MBEDTLS_SHA512_C
#define MBEDTLS_MD_C

// Signatures of tokens: RS*, PS*, ES*.
#define MBEDTLS_BIGNUM_C
#define MBEDTLS_OID_C
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C
#define MBEDTLS_RSA_C
#define MBEDTLS_PKCS1_V15
#define MBEDTLS_PKCS1_V21
#define MBEDTLS_ECP_C
#define MBEDTLS_ECDSA_C
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_DP_SECP384R1_ENABLED
#define MBEDTLS_ECP_DP_SECP521R1_ENABLED

// Chosen by measurement (docs/bench.md, "Verification"): the tables of multiples of the base point
// save 30 % of an ECDSA verification; windows beyond 4 save nothing more; p256-m, made to be small
// on 32 bits, takes twice the time on 64.
#define MBEDTLS_ECP_NIST_OPTIM
#define MBEDTLS_ECP_FIXED_POINT_OPTIM 1
#define MBEDTLS_ECP_WINDOW_SIZE 4

// Big numbers allocate, and the core has no allocator: mbedTLS gets one fixed block
// (core/crypto/working_memory.hpp), which the workers share under a lock of ours.
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_MEMORY_BUFFER_ALLOC_C
#define MBEDTLS_THREADING_C
#define MBEDTLS_THREADING_ALT
