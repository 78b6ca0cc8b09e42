// What mbedTLS may take where there is an operating system. Installed as mbedtls/mbedtls_target.h.
#pragma once

// A handshake of TLS 1.3 holds one: of all workers and roles together.
#define MBEDTLS_PSA_KEY_SLOT_COUNT 512

// A peer may send records of 16 KiB (RFC 8446 section 5.1) unless it agrees to less. What we send
// is for us to choose: 4 KiB, and a little more for the one message that is not cut into records, a
// chain of certificates. So a connection stays below 24 KiB.
#define MBEDTLS_SSL_IN_CONTENT_LEN 16384
#define MBEDTLS_SSL_OUT_CONTENT_LEN 4352
