// What mbedTLS may take on a microcontroller. Installed as mbedtls/mbedtls_target.h.
#pragma once

// Nothing of the C library stands behind it: until it is given memory there is none, and what asks
// for a file or for output does not link.
#define MBEDTLS_PLATFORM_NO_STD_FUNCTIONS

// A handshake of TLS 1.3 holds one: of all roles together. 40 bytes each.
#define MBEDTLS_PSA_KEY_SLOT_COUNT 32

// Records of 16 KiB, which a peer may send that has not agreed to less, would take a third of 512
// KiB for six sessions. 8 KiB hold whatever the gateway itself asks for: heads and a provider's
// answers, within a board's limits, and chains of certificates. We say so (RFC 8449), and who does
// not know that and sends more, say 10 KiB of a body in one record, is refused with an alert:
// record_overflow. A board with 48 KiB more may have 16384 here.
#define MBEDTLS_SSL_IN_CONTENT_LEN 8192
#define MBEDTLS_SSL_RECORD_SIZE_LIMIT
// What we send is for us to choose, but for a chain of certificates, which is not cut into records.
#define MBEDTLS_SSL_OUT_CONTENT_LEN 3072

// One table for AES instead of four: turning a word costs a Cortex-M nothing, its flash has 3 KiB
// more.
#define MBEDTLS_AES_FEWER_TABLES
