// Arithmetic modulo p = 2^256 - 2^224 + 2^192 + 2^96 - 1, the field of P-256 (FIPS 186-5).
//
// Elements are kept in Montgomery's form: a stands as a * 2^256 mod p, always below p. A product
// then needs no division: as p = -1 mod 2^64, what makes the lowest limb vanish is that limb times
// p.
#pragma once

#include <stdint.h>

typedef struct {
  uint64_t limb[4];  // the least significant first
} P256Element;

__extension__ typedef unsigned __int128 P256Wide;

static const P256Element p256_prime = {
    {0xffffffffffffffff, 0x00000000ffffffff, 0x0000000000000000, 0xffffffff00000001}};
/// 2^512 mod p: a product with it brings a number into Montgomery's form.
static const P256Element p256_into_form = {
    {0x0000000000000003, 0xfffffffbffffffff, 0xfffffffffffffffe, 0x00000004fffffffd}};
/// 1, not in Montgomery's form: a product with it brings an element out of that form.
static const P256Element p256_out_of_form = {{1, 0, 0, 0}};

/// The value top * 2^256 + t, which is below 2p, modulo p.
static inline void p256_subtract_prime(P256Element* r, const uint64_t t[4], uint64_t top) {
  uint64_t reduced[4];
  uint64_t borrow = 0;
  for (int i = 0; i < 4; ++i) {
    const P256Wide difference = (P256Wide)t[i] - p256_prime.limb[i] - borrow;
    reduced[i] = (uint64_t)difference;
    borrow = (uint64_t)(difference >> 64) & 1;
  }
  // All ones where t is below p, so that the subtraction has borrowed from a top of 0.
  const uint64_t keep = (uint64_t)0 - (borrow & (top ^ 1));
  for (int i = 0; i < 4; ++i) r->limb[i] = (t[i] & keep) | (reduced[i] & ~keep);
}

static inline void p256_add(P256Element* r, const P256Element* a, const P256Element* b) {
  uint64_t t[4];
  uint64_t carry = 0;
  for (int i = 0; i < 4; ++i) {
    const P256Wide sum = (P256Wide)a->limb[i] + b->limb[i] + carry;
    t[i] = (uint64_t)sum;
    carry = (uint64_t)(sum >> 64);
  }
  p256_subtract_prime(r, t, carry);
}

static inline void p256_subtract(P256Element* r, const P256Element* a, const P256Element* b) {
  uint64_t t[4];
  uint64_t borrow = 0;
  for (int i = 0; i < 4; ++i) {
    const P256Wide difference = (P256Wide)a->limb[i] - b->limb[i] - borrow;
    t[i] = (uint64_t)difference;
    borrow = (uint64_t)(difference >> 64) & 1;
  }
  const uint64_t below_zero = (uint64_t)0 - borrow;
  uint64_t carry = 0;
  for (int i = 0; i < 4; ++i) {
    const P256Wide sum = (P256Wide)t[i] + (p256_prime.limb[i] & below_zero) + carry;
    r->limb[i] = (uint64_t)sum;
    carry = (uint64_t)(sum >> 64);
  }
}

static inline void p256_double(P256Element* r, const P256Element* a) { p256_add(r, a, a); }

/// t = (t + a * factor) / 2^64 modulo p, for t below 2p.
static inline void p256_multiply_row(uint64_t t[5], const P256Element* a, uint64_t factor) {
  P256Wide sum = (P256Wide)a->limb[0] * factor + t[0];
  const uint64_t lowest = (uint64_t)sum;
  sum = (P256Wide)a->limb[1] * factor + t[1] + (uint64_t)(sum >> 64);
  const uint64_t t1 = (uint64_t)sum;
  sum = (P256Wide)a->limb[2] * factor + t[2] + (uint64_t)(sum >> 64);
  const uint64_t t2 = (uint64_t)sum;
  sum = (P256Wide)a->limb[3] * factor + t[3] + (uint64_t)(sum >> 64);
  const uint64_t t3 = (uint64_t)sum;
  sum = (P256Wide)t[4] + (uint64_t)(sum >> 64);
  const uint64_t t4 = (uint64_t)sum;
  const uint64_t t5 = (uint64_t)(sum >> 64);
  // Adds lowest * p, where p = -1 + 2^96 + (2^64 - 2^32 + 1) * 2^192, and drops the limb that is 0.
  sum = (P256Wide)t1 + (lowest << 32);
  t[0] = (uint64_t)sum;
  sum = (P256Wide)t2 + (lowest >> 32) + (uint64_t)(sum >> 64);
  t[1] = (uint64_t)sum;
  sum = (P256Wide)lowest * p256_prime.limb[3] + t3 + (uint64_t)(sum >> 64);
  t[2] = (uint64_t)sum;
  sum = (P256Wide)t4 + (uint64_t)(sum >> 64);
  t[3] = (uint64_t)sum;
  t[4] = t5 + (uint64_t)(sum >> 64);
}

/// a * b / 2^256, for b below 2^256 and a below p.
static inline void p256_multiply(P256Element* r, const P256Element* a, const P256Element* b) {
  uint64_t t[5] = {0};
  p256_multiply_row(t, a, b->limb[0]);
  p256_multiply_row(t, a, b->limb[1]);
  p256_multiply_row(t, a, b->limb[2]);
  p256_multiply_row(t, a, b->limb[3]);
  p256_subtract_prime(r, t, t[4]);
}

static inline void p256_square(P256Element* r, const P256Element* a) { p256_multiply(r, a, a); }

/// a^(2^count) * b.
static inline void p256_square_and_multiply(P256Element* r, const P256Element* a, int count,
                                            const P256Element* b) {
  P256Element power = *a;
  for (int i = 0; i < count; ++i) p256_square(&power, &power);
  p256_multiply(r, &power, b);
}

/// 1 / a, by Fermat: a^(p-2), and 0 for 0. 255 squarings and 13 products, whatever a is.
static inline void p256_invert(P256Element* r, const P256Element* a) {
  P256Element ones2, ones4, ones8, ones16, ones32, power;  // onesN = a^(2^N - 1)
  p256_square_and_multiply(&ones2, a, 1, a);
  p256_square_and_multiply(&ones4, &ones2, 2, &ones2);
  p256_square_and_multiply(&ones8, &ones4, 4, &ones4);
  p256_square_and_multiply(&ones16, &ones8, 8, &ones8);
  p256_square_and_multiply(&ones32, &ones16, 16, &ones16);
  // p - 2 = ffffffff 00000001 00000000 00000000 00000000 ffffffff ffffffff fffffffd
  p256_square_and_multiply(&power, &ones32, 32, a);
  p256_square_and_multiply(&power, &power, 128, &ones32);
  p256_square_and_multiply(&power, &power, 32, &ones32);
  p256_square_and_multiply(&power, &power, 16, &ones16);
  p256_square_and_multiply(&power, &power, 8, &ones8);
  p256_square_and_multiply(&power, &power, 4, &ones4);
  p256_square_and_multiply(&power, &power, 2, &ones2);
  p256_square_and_multiply(r, &power, 2, a);
}
