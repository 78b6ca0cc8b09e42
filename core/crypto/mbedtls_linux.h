// What mbedTLS may take where there is an operating system. Installed as mbedtls/mbedtls_target.h.
#pragma once

// A handshake of TLS 1.3 holds one: of all workers and roles together.
#define MBEDTLS_PSA_KEY_SLOT_COUNT 512
