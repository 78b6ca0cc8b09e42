#include <common.h>  // mbedTLS's own view of its structures

#if defined(MBEDTLS_ECP_INTERNAL_ALT)

#include "core/crypto/curves/p256.h"

#include <mbedtls/platform_util.h>

#include "core/crypto/curves/limbs.h"
#include "core/crypto/curves/p256_field.h"

static void load(P256Element* element, const mbedtls_mpi* number) {
  P256Element plain;
  read_limbs(plain.limb, number);
  p256_multiply(element, &p256_into_form, &plain);
}

static int store(mbedtls_mpi* number, const P256Element* element) {
  P256Element plain;
  p256_multiply(&plain, element, &p256_out_of_form);
  return write_limbs(number, plain.limb);
}

static int store_point(mbedtls_ecp_point* point, const P256Element* x, const P256Element* y,
                       const P256Element* z) {
  RETURN_IF_ERROR(store(&point->X, x));
  RETURN_IF_ERROR(store(&point->Y, y));
  return store(&point->Z, z);
}

static int is_zero(const P256Element* a) {
  return (a->limb[0] | a->limb[1] | a->limb[2] | a->limb[3]) == 0;
}

int p256_double_point(mbedtls_ecp_point* r, const mbedtls_ecp_point* p) {
  P256Element x, y, z, m, s, t, u;
  load(&x, &p->X);
  load(&y, &p->Y);
  load(&z, &p->Z);
  // m = 3 (x + z^2) (x - z^2), as a = -3.
  p256_square(&t, &z);
  p256_add(&u, &x, &t);
  p256_subtract(&t, &x, &t);
  p256_multiply(&u, &u, &t);
  p256_double(&m, &u);
  p256_add(&m, &m, &u);
  // s = 4 x y^2, u = 8 y^4, z' = 2 y z
  p256_multiply(&z, &y, &z);
  p256_double(&z, &z);
  p256_square(&u, &y);
  p256_double(&u, &u);
  p256_multiply(&s, &x, &u);
  p256_double(&s, &s);
  p256_square(&u, &u);
  p256_double(&u, &u);
  // x' = m^2 - 2 s, y' = m (s - x') - u
  p256_square(&x, &m);
  p256_subtract(&x, &x, &s);
  p256_subtract(&x, &x, &s);
  p256_subtract(&t, &s, &x);
  p256_multiply(&y, &m, &t);
  p256_subtract(&y, &y, &u);
  return store_point(r, &x, &y, &z);
}

int p256_add_points(mbedtls_ecp_point* r, const mbedtls_ecp_point* p, const mbedtls_ecp_point* q) {
  if (q->Z.p == NULL) return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
  if (mbedtls_mpi_cmp_int(&p->Z, 0) == 0) return mbedtls_ecp_copy(r, q);
  if (mbedtls_mpi_cmp_int(&q->Z, 0) == 0) return mbedtls_ecp_copy(r, p);
  if (mbedtls_mpi_cmp_int(&q->Z, 1) != 0) return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
  P256Element x, y, z, qx, qy, h, s, t, u;
  load(&x, &p->X);
  load(&y, &p->Y);
  load(&z, &p->Z);
  load(&qx, &q->X);
  load(&qy, &q->Y);
  // h = qx z^2 - x, s = qy z^3 - y: how far q stands from p.
  p256_square(&t, &z);
  p256_multiply(&h, &qx, &t);
  p256_subtract(&h, &h, &x);
  p256_multiply(&t, &t, &z);
  p256_multiply(&s, &qy, &t);
  p256_subtract(&s, &s, &y);
  if (is_zero(&h)) {
    if (is_zero(&s)) return p256_double_point(r, p);
    return mbedtls_ecp_set_zero(r);
  }
  // z' = z h, x' = s^2 - h^3 - 2 x h^2, y' = s (x h^2 - x') - y h^3
  p256_multiply(&z, &z, &h);
  p256_square(&t, &h);
  p256_multiply(&u, &x, &t);
  p256_multiply(&h, &h, &t);
  p256_square(&x, &s);
  p256_subtract(&x, &x, &h);
  p256_subtract(&x, &x, &u);
  p256_subtract(&x, &x, &u);
  p256_multiply(&t, &y, &h);
  p256_subtract(&u, &u, &x);
  p256_multiply(&y, &s, &u);
  p256_subtract(&y, &y, &t);
  return store_point(r, &x, &y, &z);
}

/// (x, y) = (X / Z^2, Y / Z^3).
static int scale_point(mbedtls_ecp_point* point, const P256Element* inverse_of_z) {
  P256Element x, y, square;
  load(&x, &point->X);
  load(&y, &point->Y);
  p256_square(&square, inverse_of_z);
  p256_multiply(&x, &x, &square);
  p256_multiply(&y, &y, inverse_of_z);
  p256_multiply(&y, &y, &square);
  RETURN_IF_ERROR(store(&point->X, &x));
  RETURN_IF_ERROR(store(&point->Y, &y));
  // The last point of a key exchange is the secret.
  mbedtls_platform_zeroize(&x, sizeof x);
  mbedtls_platform_zeroize(&y, sizeof y);
  return mbedtls_mpi_lset(&point->Z, 1);
}

int p256_normalize_points(mbedtls_ecp_point* points[], size_t count) {
  // mbedTLS brings tables of at most 2^(window - 1) points, and the window can be one wider where
  // the point is the base point.
  P256Element product[1 << MBEDTLS_ECP_WINDOW_SIZE];  // of every Z up to here
  P256Element z, inverse, inverse_of_z;
  if (count == 0 || count > sizeof product / sizeof *product) return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
  load(&product[0], &points[0]->Z);
  for (size_t i = 1; i < count; ++i) {
    load(&z, &points[i]->Z);
    p256_multiply(&product[i], &product[i - 1], &z);
  }
  if (is_zero(&product[count - 1])) return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
  // One inversion for all of them (Montgomery): `inverse` is of the product up to point i.
  p256_invert(&inverse, &product[count - 1]);
  for (size_t i = count - 1; i > 0; --i) {
    load(&z, &points[i]->Z);
    p256_multiply(&inverse_of_z, &inverse, &product[i - 1]);
    p256_multiply(&inverse, &inverse, &z);
    RETURN_IF_ERROR(scale_point(points[i], &inverse_of_z));
  }
  return scale_point(points[0], &inverse);
}

#endif
