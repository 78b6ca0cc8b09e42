// X25519 at the speed of libsodium: its field under mbedTLS's hooks for the steps of a
// multiplication (MBEDTLS_ECP_INTERNAL_ALT, see mbedTLS's ecp_internal_alt.h). How to walk through
// a scalar in constant time and from a blinded point, and whether a point may be used at all, stays
// with mbedTLS. Compiled into that library by tools/setup, hence C.
//
// A point is here (X, Z), which is X/Z (RFC 7748 section 5).
// Never: a branch or an address that depends on a coordinate.
#include <common.h>  // mbedTLS's own view of its structures

#if defined(MBEDTLS_ECP_INTERNAL_ALT)

#include <mbedtls/ecp.h>
#include <mbedtls/platform_util.h>
#include <stdint.h>
#include <string.h>

#include <ecp_internal_alt.h>
#include <private/ed25519_ref10.h>

static void load(fe25519 element, const mbedtls_mpi* number) {
  uint64_t limbs[4];
  for (size_t i = 0; i < 4; ++i) limbs[i] = i < number->n ? number->p[i] : 0;
  fe25519_frombytes(element, (const unsigned char*)limbs);  // little-endian: mbedtls_config.h
}

/// Fails where there is no memory for a number that was shorter before.
static int store(mbedtls_mpi* number, const fe25519 element) {
  unsigned char bytes[32];
  fe25519_tobytes(bytes, element);
  const int error = mbedtls_mpi_grow(number, 4);
  if (error != 0) return error;
  memcpy(number->p, bytes, sizeof bytes);
  memset(number->p + 4, 0, (number->n - 4) * sizeof *number->p);
  number->s = 1;
  return 0;
}

static int store_point(mbedtls_ecp_point* point, const fe25519 x, const fe25519 z) {
  const int error = store(&point->X, x);
  return error != 0 ? error : store(&point->Z, z);
}

/// Asked before the two calls below: the other curves stay with mbedTLS.
unsigned char mbedtls_internal_ecp_grp_capable(const mbedtls_ecp_group* group) {
  return group->id == MBEDTLS_ECP_DP_CURVE25519;
}

int mbedtls_internal_ecp_init(const mbedtls_ecp_group* group) {
  (void)group;
  return 0;
}

void mbedtls_internal_ecp_free(const mbedtls_ecp_group* group) { (void)group; }

/// One rung of the ladder: twice = 2 * p, sum = p + q, where `difference` is X of q - p.
int mbedtls_internal_ecp_double_add_mxz(const mbedtls_ecp_group* group, mbedtls_ecp_point* twice,
                                        mbedtls_ecp_point* sum, const mbedtls_ecp_point* p,
                                        const mbedtls_ecp_point* q, const mbedtls_mpi* difference) {
  (void)group;
  fe25519 x, z, a, b, c, d, e;
  load(x, &p->X);
  load(z, &p->Z);
  fe25519_add(a, x, z);
  fe25519_sub(b, x, z);
  load(x, &q->X);
  load(z, &q->Z);
  fe25519_add(c, x, z);
  fe25519_sub(d, x, z);
  load(x, difference);
  // sum = ((d a + c b)^2, difference * (d a - c b)^2)
  fe25519_mul(d, d, a);
  fe25519_mul(c, c, b);
  fe25519_add(e, d, c);
  fe25519_sq(e, e);
  fe25519_sub(d, d, c);
  fe25519_sq(d, d);
  fe25519_mul(d, d, x);
  // twice = (a^2 b^2, e (b^2 + 121666 e)), e = a^2 - b^2
  fe25519_sq(a, a);
  fe25519_sq(b, b);
  fe25519_mul(x, a, b);
  fe25519_sub(a, a, b);
  fe25519_scalar_product(z, a, 121666);
  fe25519_add(z, z, b);
  fe25519_mul(z, z, a);
  const int error = store_point(twice, x, z);
  return error != 0 ? error : store_point(sum, e, d);
}

/// Z = 1.
int mbedtls_internal_ecp_normalize_mxz(const mbedtls_ecp_group* group, mbedtls_ecp_point* point) {
  (void)group;
  fe25519 x, z;
  load(x, &point->X);
  load(z, &point->Z);
  fe25519_invert(z, z);
  fe25519_mul(x, x, z);
  const int error = store(&point->X, x);
  mbedtls_platform_zeroize(x, sizeof x);  // the last point of a key exchange is the secret
  return error != 0 ? error : mbedtls_mpi_lset(&point->Z, 1);
}

#endif
