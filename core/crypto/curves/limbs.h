// How the curves of this folder read and write mbedTLS's big numbers.
//
// The folder is for the steps of a multiplication on P-256 and on Curve25519, several times faster
// than mbedTLS's own on 64 bits, and put under it by its own hooks (MBEDTLS_ECP_INTERNAL_ALT).
// tools/setup compiles it into that library, hence C. How to walk through a scalar in constant time
// and from a blinded point, and whether a point is one of the curve, stays with mbedTLS.
//
// In: coordinates below 2^256 (on P-256 below its prime). Out: coordinates below the prime.
// Never: a branch or an address that depends on a coordinate, but for the rare cases of an addition
// that mbedTLS's own tells apart in the same way.
#pragma once

#include <mbedtls/bignum.h>
#include <stdint.h>
#include <string.h>

/// Ends the calling function with mbedTLS's error, if `call` returns one.
#define RETURN_IF_ERROR(call)     \
  do {                            \
    const int error = (call);     \
    if (error != 0) return error; \
  } while (0)

/// The number's 256 bits, the least significant limb first.
static inline void read_limbs(uint64_t limbs[4], const mbedtls_mpi* number) {
  for (size_t i = 0; i < 4; ++i) limbs[i] = i < number->n ? number->p[i] : 0;
}

/// Fails where there is no memory for a number that was shorter before.
static inline int write_limbs(mbedtls_mpi* number, const uint64_t limbs[4]) {
  RETURN_IF_ERROR(mbedtls_mpi_grow(number, 4));
  memcpy(number->p, limbs, 4 * sizeof *limbs);
  memset(number->p + 4, 0, (number->n - 4) * sizeof *limbs);
  number->s = 1;
  return 0;
}
