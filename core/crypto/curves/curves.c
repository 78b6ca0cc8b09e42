// What mbedTLS calls where its configuration says MBEDTLS_ECP_INTERNAL_ALT (mbedtls_config.h).
#include <common.h>  // mbedTLS's own view of its structures

#if defined(MBEDTLS_ECP_INTERNAL_ALT)

#include "core/crypto/curves/curve25519.h"
#include "core/crypto/curves/p256.h"

#include <ecp_internal_alt.h>  // names mbedtls/ecp.h's types without including it

/// Asked before every call below: P-384 and P-521 stay with mbedTLS.
unsigned char mbedtls_internal_ecp_grp_capable(const mbedtls_ecp_group* group) {
  return group->id == MBEDTLS_ECP_DP_SECP256R1 || group->id == MBEDTLS_ECP_DP_CURVE25519;
}

int mbedtls_internal_ecp_init(const mbedtls_ecp_group* group) {
  (void)group;
  return 0;
}

void mbedtls_internal_ecp_free(const mbedtls_ecp_group* group) { (void)group; }

// Points in Jacobian coordinates: only P-256 of the two.

int mbedtls_internal_ecp_double_jac(const mbedtls_ecp_group* group, mbedtls_ecp_point* r,
                                    const mbedtls_ecp_point* p) {
  (void)group;
  return p256_double_point(r, p);
}

int mbedtls_internal_ecp_add_mixed(const mbedtls_ecp_group* group, mbedtls_ecp_point* r,
                                   const mbedtls_ecp_point* p, const mbedtls_ecp_point* q) {
  (void)group;
  return p256_add_points(r, p, q);
}

int mbedtls_internal_ecp_normalize_jac(const mbedtls_ecp_group* group, mbedtls_ecp_point* point) {
  (void)group;
  return p256_normalize_points(&point, 1);
}

int mbedtls_internal_ecp_normalize_jac_many(const mbedtls_ecp_group* group,
                                            mbedtls_ecp_point* points[], size_t count) {
  (void)group;
  return p256_normalize_points(points, count);
}

// Points in Montgomery's X and Z: only Curve25519.

int mbedtls_internal_ecp_double_add_mxz(const mbedtls_ecp_group* group, mbedtls_ecp_point* twice,
                                        mbedtls_ecp_point* sum, const mbedtls_ecp_point* p,
                                        const mbedtls_ecp_point* q, const mbedtls_mpi* difference) {
  (void)group;
  return curve25519_ladder_step(twice, sum, p, q, difference);
}

int mbedtls_internal_ecp_normalize_mxz(const mbedtls_ecp_group* group, mbedtls_ecp_point* point) {
  (void)group;
  return curve25519_normalize_point(point);
}

#endif
