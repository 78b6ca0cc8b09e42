// The steps of a multiplication on Curve25519 (RFC 7748 section 5), in projective coordinates:
// (X, Z) is X/Z. The arithmetic of its field is libsodium's, which is here for Ed25519 already.
// For what mbedTLS expects of each see its ecp_internal_alt.h; curves.c hands its calls on.
#pragma once

#include <mbedtls/ecp.h>

/// One rung of the ladder: twice = 2 * p, sum = p + q, where `difference` is X of q - p.
int curve25519_ladder_step(mbedtls_ecp_point* twice, mbedtls_ecp_point* sum,
                           const mbedtls_ecp_point* p, const mbedtls_ecp_point* q,
                           const mbedtls_mpi* difference);

/// Z = 1.
int curve25519_normalize_point(mbedtls_ecp_point* point);
