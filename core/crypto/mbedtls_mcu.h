// What mbedTLS may take on a microcontroller. Installed as mbedtls/mbedtls_target.h.
#pragma once

// Nothing of the C library stands behind it: until it is given memory there is none, and what asks
// for a file or for output does not link.
#define MBEDTLS_PLATFORM_NO_STD_FUNCTIONS

// A handshake of TLS 1.3 holds one: of all roles together. 40 bytes each.
#define MBEDTLS_PSA_KEY_SLOT_COUNT 32

// A peer may send records of 16 KiB (RFC 8446 section 5.1) unless it agrees to less, and hardly any
// client offers that: who sends 10 KiB of a body sends one record. So here, too, though it is two
// thirds of what a session takes.
#define MBEDTLS_SSL_IN_CONTENT_LEN 16384
// What we send is for us to choose, but for a chain of certificates, which is not cut into records.
#define MBEDTLS_SSL_OUT_CONTENT_LEN 3072

// One table for AES instead of four: turning a word costs a Cortex-M nothing, its flash has 3 KiB
// more.
#define MBEDTLS_AES_FEWER_TABLES
