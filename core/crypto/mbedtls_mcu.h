// What mbedTLS may take on a microcontroller. Installed as mbedtls/mbedtls_target.h.
#pragma once

// Nothing of the C library stands behind it: until it is given memory there is none, and what asks
// for a file or for output does not link.
#define MBEDTLS_PLATFORM_NO_STD_FUNCTIONS

// A handshake of TLS 1.3 holds one: of all roles together. 40 bytes each.
#define MBEDTLS_PSA_KEY_SLOT_COUNT 32

// One table for AES instead of four: turning a word costs a Cortex-M nothing, its flash has 3 KiB
// more.
#define MBEDTLS_AES_FEWER_TABLES
