// The steps that core/crypto/curves puts under mbedTLS: the field of P-256 against big numbers, and
// both curves, through mbedTLS as everyone uses them, against published results.

#include <gtest/gtest.h>
#include <mbedtls/ecdh.h>
#include <mbedtls/ecp.h>

#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/base64url.hpp"
#include "tests/support/random.hpp"
#include "tests/support/vectors.hpp"

#if defined(MBEDTLS_ECP_INTERNAL_ALT)
#include "core/crypto/curves/p256_field.h"
#endif

namespace postern::crypto {
namespace {

using test::Random;
using test::Tally;
using test::VectorFile;

struct Number {
  Number() { mbedtls_mpi_init(&mpi); }
  explicit Number(std::string_view hex) : Number() {
    EXPECT_EQ(mbedtls_mpi_read_string(&mpi, 16, std::string(hex).c_str()), 0);
  }
  Number(const Number& other) : Number() { EXPECT_EQ(mbedtls_mpi_copy(&mpi, &other.mpi), 0); }
  Number& operator=(const Number&) = delete;
  ~Number() { mbedtls_mpi_free(&mpi); }

  friend bool operator==(const Number& a, const Number& b) {
    return mbedtls_mpi_cmp_mpi(&a.mpi, &b.mpi) == 0;
  }
  friend bool operator<(const Number& a, const Number& b) {
    return mbedtls_mpi_cmp_mpi(&a.mpi, &b.mpi) < 0;
  }
  friend std::ostream& operator<<(std::ostream& out, const Number& number) {
    std::array<char, 300> text{};
    std::size_t length = 0;
    mbedtls_mpi_write_string(&number.mpi, 16, text.data(), text.size(), &length);
    return out << text.data();
  }

  mbedtls_mpi mpi;
};

/// Random numbers as a caller has them, without a care for what they are used for.
int random_bytes(void* random, unsigned char* bytes, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    bytes[i] = static_cast<unsigned char>(static_cast<Random*>(random)->next());
  }
  return 0;
}

class Curve {
 public:
  explicit Curve(mbedtls_ecp_group_id id) {
    mbedtls_ecp_group_init(&group);
    EXPECT_EQ(mbedtls_ecp_group_load(&group, id), 0);
  }
  ~Curve() { mbedtls_ecp_group_free(&group); }
  Curve(const Curve&) = delete;
  Curve& operator=(const Curve&) = delete;

  mbedtls_ecp_group group;
  Random random{1};
};

struct Point {
  Point() { mbedtls_ecp_point_init(&point); }
  ~Point() { mbedtls_ecp_point_free(&point); }
  Point(const Point&) = delete;
  Point& operator=(const Point&) = delete;

  void set_affine(const Number& x, const Number& y) {
    EXPECT_EQ(mbedtls_mpi_copy(&point.MBEDTLS_PRIVATE(X), &x.mpi), 0);
    EXPECT_EQ(mbedtls_mpi_copy(&point.MBEDTLS_PRIVATE(Y), &y.mpi), 0);
    EXPECT_EQ(mbedtls_mpi_lset(&point.MBEDTLS_PRIVATE(Z), 1), 0);
  }
  [[nodiscard]] bool is_zero() { return mbedtls_ecp_is_zero(&point) != 0; }
  friend bool operator==(const Point& a, const Point& b) {
    return mbedtls_ecp_point_cmp(&a.point, &b.point) == 0;
  }

  mbedtls_ecp_point point;
};

// --- the field of P-256 -------------------------------------------------------------------------

#if defined(MBEDTLS_ECP_INTERNAL_ALT)

Number prime() {
  return Number("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
}

Number number_of(const P256Element& element) {
  std::array<unsigned char, 32> bytes;
  std::memcpy(bytes.data(), element.limb, bytes.size());
  Number number;
  EXPECT_EQ(mbedtls_mpi_read_binary_le(&number.mpi, bytes.data(), bytes.size()), 0);
  return number;
}

Number product(const Number& a, const Number& b) {
  const Number p = prime();
  Number r;
  EXPECT_EQ(mbedtls_mpi_mul_mpi(&r.mpi, &a.mpi, &b.mpi), 0);
  EXPECT_EQ(mbedtls_mpi_mod_mpi(&r.mpi, &r.mpi, &p.mpi), 0);
  return r;
}

/// Numbers below 2^256 whose limbs are often those where carries go wrong.
P256Element any_number(Random& random) {
  static constexpr std::uint64_t edges[] = {
      0, 1, 2, 0xffffffff, 0x100000000, 0xffffffff00000000, 0xffffffff00000001, ~0ULL - 1, ~0ULL};
  P256Element element;
  for (std::uint64_t& limb : element.limb) {
    limb = random.chance(60) ? edges[random.below(std::size(edges))] : random.next();
  }
  return element;
}

/// The same below p, and often next to it or to 0.
P256Element any_element(Random& random) {
  P256Element element = any_number(random);
  if (random.chance(10)) element = p256_prime;
  if (random.chance(10)) element = {{random.below(3), 0, 0, 0}};
  for (int i = 3; i >= 0; --i) {
    if (element.limb[i] < p256_prime.limb[i]) return element;
    if (element.limb[i] > p256_prime.limb[i]) break;
  }
  element.limb[3] = p256_prime.limb[3] - 1;
  return element;
}

TEST(P256Field, AgreesWithBigNumbersForAnyElements) {
  const Number p = prime();
  const Number r("10000000000000000000000000000000000000000000000000000000000000000");
  for (const test::Seed seed : test::seeds(20'000)) {
    Random random(seed);
    const P256Element a = any_element(random);
    const P256Element b = any_element(random);
    const P256Element any = any_number(random);
    const Number x = number_of(a);
    const Number y = number_of(b);
    P256Element result;

    Number sum;
    ASSERT_EQ(mbedtls_mpi_add_mpi(&sum.mpi, &x.mpi, &y.mpi), 0);
    ASSERT_EQ(mbedtls_mpi_mod_mpi(&sum.mpi, &sum.mpi, &p.mpi), 0);
    p256_add(&result, &a, &b);
    ASSERT_EQ(number_of(result), sum) << "seed " << seed;

    Number difference;
    ASSERT_EQ(mbedtls_mpi_sub_mpi(&difference.mpi, &x.mpi, &y.mpi), 0);
    ASSERT_EQ(mbedtls_mpi_mod_mpi(&difference.mpi, &difference.mpi, &p.mpi), 0);
    p256_subtract(&result, &a, &b);
    ASSERT_EQ(number_of(result), difference) << "seed " << seed;

    // A product comes divided by 2^256.
    p256_multiply(&result, &a, &b);
    ASSERT_LT(number_of(result), p) << "seed " << seed;
    ASSERT_EQ(product(number_of(result), r), product(x, y)) << "seed " << seed;
    p256_multiply(&result, &a, &any);
    ASSERT_LT(number_of(result), p) << "seed " << seed;
    ASSERT_EQ(product(number_of(result), r), product(x, number_of(any))) << "seed " << seed;
  }
}

TEST(P256Field, GoesIntoMontgomerysFormAndBack) {
  for (const test::Seed seed : test::seeds(1'000)) {
    Random random(seed);
    const P256Element a = any_element(random);
    P256Element form;
    P256Element back;
    p256_multiply(&form, &p256_into_form, &a);
    p256_multiply(&back, &form, &p256_out_of_form);
    ASSERT_EQ(number_of(back), number_of(a)) << "seed " << seed;
  }
}

TEST(P256Field, InvertsEveryElementButZero) {
  P256Element one;
  p256_multiply(&one, &p256_into_form, &p256_out_of_form);
  for (const test::Seed seed : test::seeds(1'000)) {
    Random random(seed);
    const P256Element a = any_element(random);
    P256Element inverse;
    P256Element result;
    p256_invert(&inverse, &a);
    p256_multiply(&result, &a, &inverse);
    const bool zero = number_of(a) == Number("0");
    ASSERT_EQ(number_of(result), zero ? Number("0") : number_of(one)) << "seed " << seed;
  }
}

#endif

// --- P-256 --------------------------------------------------------------------------------------

Number unbase64(std::string_view text) {
  std::array<std::byte, 80> bytes;
  const auto decoded = decode_base64url(text, bytes);
  Number number;
  if (decoded) {
    mbedtls_mpi_read_binary(&number.mpi, reinterpret_cast<const unsigned char*>(decoded->data()),
                            decoded->size());
  }
  return number;
}

TEST(P256, AgreesOnSecretsAsWycheproofStates) {
  const auto file = VectorFile::open("wycheproof", "ecdh_secp256r1_webcrypto_test.json");
  if (file == nullptr) GTEST_SKIP() << "no Wycheproof in ../shared/vectors";
  ASSERT_TRUE(file->ok());
  Curve curve(MBEDTLS_ECP_DP_SECP256R1);
  const Tally tally = test::for_each_test(*file, [&curve](json::Value, json::Value test) {
    const json::Value key = test.member("public");
    if (key.member("crv").text() != "P-256") return;  // no such key reaches a curve
    Point peer;
    peer.set_affine(unbase64(key.member("x").text()), unbase64(key.member("y").text()));
    const Number own = unbase64(test.member("private").member("d").text());
    Number secret;
    const int error = mbedtls_ecdh_compute_shared(&curve.group, &secret.mpi, &peer.point, &own.mpi,
                                                  random_bytes, &curve.random);
    if (test.member("result").text() == "valid") {
      EXPECT_EQ(error, 0) << test::title(test);
      EXPECT_EQ(secret, Number(test.member("shared").text())) << test::title(test);
    } else {
      EXPECT_NE(error, 0) << test::title(test);
    }
  });
  EXPECT_EQ(tally, (Tally{330, 0, 23}));
}

/// m * G + n * G, where the two points meet in every way an addition tells apart.
TEST(P256, AddsPointsThatAreEqualOppositeOrZero) {
  Curve curve(MBEDTLS_ECP_DP_SECP256R1);
  const auto combined = [&curve](int m, int n, Point& r) {
    Number first;
    Number second;
    mbedtls_mpi_lset(&first.mpi, m);
    mbedtls_mpi_lset(&second.mpi, n);
    EXPECT_EQ(mbedtls_ecp_muladd(&curve.group, &r.point, &first.mpi, &curve.group.G, &second.mpi,
                                 &curve.group.G),
              0)
        << m << " and " << n;
  };
  Point three;
  combined(1, 2, three);
  for (const auto& [m, n] : {std::pair{2, 1}, {3, 0}, {0, 3}, {5, 0}}) {
    Point sum;
    combined(m, n, sum);
    EXPECT_EQ(sum == three, m + n == 3) << m << " and " << n;
  }
  Point two;
  Point one_and_one;
  combined(2, 0, two);
  combined(1, 1, one_and_one);
  EXPECT_EQ(two, one_and_one);
  Point nothing;
  combined(1, -1, nothing);
  EXPECT_TRUE(nothing.is_zero());
  combined(0, 0, nothing);
  EXPECT_TRUE(nothing.is_zero());
}

TEST(P256, MultipliesSumsAsItAddsProducts) {
  Curve curve(MBEDTLS_ECP_DP_SECP256R1);
  for (const test::Seed seed : test::seeds(50)) {
    curve.random = Random(seed);
    Number a;
    Number b;
    Number sum;
    ASSERT_EQ(mbedtls_ecp_gen_privkey(&curve.group, &a.mpi, random_bytes, &curve.random), 0);
    ASSERT_EQ(mbedtls_ecp_gen_privkey(&curve.group, &b.mpi, random_bytes, &curve.random), 0);
    ASSERT_EQ(mbedtls_mpi_add_mpi(&sum.mpi, &a.mpi, &b.mpi), 0);
    ASSERT_EQ(mbedtls_mpi_mod_mpi(&sum.mpi, &sum.mpi, &curve.group.N), 0);
    Point together;
    Point apart;
    ASSERT_EQ(mbedtls_ecp_mul(&curve.group, &together.point, &sum.mpi, &curve.group.G, random_bytes,
                              &curve.random),
              0);
    ASSERT_EQ(mbedtls_ecp_muladd(&curve.group, &apart.point, &a.mpi, &curve.group.G, &b.mpi,
                                 &curve.group.G),
              0);
    ASSERT_EQ(together, apart) << "seed " << seed;
    ASSERT_EQ(mbedtls_ecp_check_pubkey(&curve.group, &together.point), 0) << "seed " << seed;
  }
}

// --- Curve25519 ---------------------------------------------------------------------------------

/// X25519 of RFC 7748, with bytes as they stand on the wire.
std::string x25519(const std::string& scalar, const std::string& u) {
  Curve curve(MBEDTLS_ECP_DP_CURVE25519);
  const auto bytes = [](const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  std::string clamped = scalar;
  clamped[0] = static_cast<char>(clamped[0] & 0xf8);
  clamped[31] = static_cast<char>((clamped[31] & 0x7f) | 0x40);
  Number own;
  Number secret;
  Point peer;
  EXPECT_EQ(mbedtls_mpi_read_binary_le(&own.mpi, bytes(clamped), clamped.size()), 0);
  EXPECT_EQ(mbedtls_ecp_point_read_binary(&curve.group, &peer.point, bytes(u), u.size()), 0);
  EXPECT_EQ(mbedtls_ecdh_compute_shared(&curve.group, &secret.mpi, &peer.point, &own.mpi,
                                        random_bytes, &curve.random),
            0);
  std::string result(32, '\0');
  EXPECT_EQ(mbedtls_mpi_write_binary_le(
                &secret.mpi, reinterpret_cast<unsigned char*>(result.data()), result.size()),
            0);
  return result;
}

TEST(Curve25519, GivesTheResultsOfRfc7748Section52) {
  EXPECT_EQ(x25519(test::unhex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
                   test::unhex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")),
            test::unhex("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"));
  EXPECT_EQ(x25519(test::unhex("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d"),
                   test::unhex("e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493")),
            test::unhex("95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"));
}

TEST(Curve25519, GivesTheResultsOfRfc7748AfterAThousandTurns) {
  std::string k = "\x09" + std::string(31, '\0');
  std::string u = k;
  const auto turn = [&k, &u] {
    std::string result = x25519(k, u);
    u = std::exchange(k, std::move(result));
  };
  turn();
  EXPECT_EQ(k, test::unhex("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"));
  for (int i = 1; i < 1'000; ++i) turn();
  EXPECT_EQ(k, test::unhex("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"));
}

/// RFC 7748 section 6.1: points of small order would make the secret known; RFC 8446 section
/// 7.4.2 asks for the check, and it stays with mbedTLS.
TEST(Curve25519, RefusesPointsOfSmallOrder) {
  Curve curve(MBEDTLS_ECP_DP_CURVE25519);
  for (const std::string_view hex :
       {"0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
    const std::string u = test::unhex(hex);
    Point peer;
    const int read = mbedtls_ecp_point_read_binary(
        &curve.group, &peer.point, reinterpret_cast<const unsigned char*>(u.data()), u.size());
    EXPECT_TRUE(read != 0 || mbedtls_ecp_check_pubkey(&curve.group, &peer.point) != 0) << hex;
  }
}

}  // namespace
}  // namespace postern::crypto
