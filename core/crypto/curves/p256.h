// The steps of a multiplication on P-256, in Jacobian coordinates: (X, Y, Z) is (X/Z^2, Y/Z^3).
// For what mbedTLS expects of each see its ecp_internal_alt.h; curves.c hands its calls on.
#pragma once

#include <mbedtls/ecp.h>

/// r = 2 * p.
int p256_double_point(mbedtls_ecp_point* r, const mbedtls_ecp_point* p);

/// r = p + q, where q has Z = 1 or is zero (Z = 0).
int p256_add_points(mbedtls_ecp_point* r, const mbedtls_ecp_point* p, const mbedtls_ecp_point* q);

/// Z = 1, for each of `count` points that are not zero, at the price of one inversion.
int p256_normalize_points(mbedtls_ecp_point* points[], size_t count);
