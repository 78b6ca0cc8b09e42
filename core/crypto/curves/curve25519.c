#include <common.h>  // mbedTLS's own view of its structures

#if defined(MBEDTLS_ECP_INTERNAL_ALT)

#include "core/crypto/curves/curve25519.h"

#include <mbedtls/platform_util.h>
#include <private/ed25519_ref10.h>

#include "core/crypto/curves/limbs.h"

static void load(fe25519 element, const mbedtls_mpi* number) {
  uint64_t limbs[4];
  read_limbs(limbs, number);
  fe25519_frombytes(element, (const unsigned char*)limbs);  // little-endian: mbedtls_config.h
}

static int store(mbedtls_mpi* number, const fe25519 element) {
  uint64_t limbs[4];
  fe25519_tobytes((unsigned char*)limbs, element);
  return write_limbs(number, limbs);
}

int curve25519_ladder_step(mbedtls_ecp_point* twice, mbedtls_ecp_point* sum,
                           const mbedtls_ecp_point* p, const mbedtls_ecp_point* q,
                           const mbedtls_mpi* difference) {
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
  RETURN_IF_ERROR(store(&twice->X, x));
  RETURN_IF_ERROR(store(&twice->Z, z));
  RETURN_IF_ERROR(store(&sum->X, e));
  return store(&sum->Z, d);
}

int curve25519_normalize_point(mbedtls_ecp_point* point) {
  fe25519 x, z;
  load(x, &point->X);
  load(z, &point->Z);
  fe25519_invert(z, z);
  fe25519_mul(x, x, z);
  const int error = store(&point->X, x);
  mbedtls_platform_zeroize(x, sizeof x);  // of a key exchange's last point: the secret
  if (error != 0) return error;
  return mbedtls_mpi_lset(&point->Z, 1);
}

#endif
