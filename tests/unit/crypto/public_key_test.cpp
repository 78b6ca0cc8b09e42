#include "core/crypto/public_key.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "tests/support/signature_memory.hpp"
#include "tests/support/vectors.hpp"

namespace postern::crypto {
namespace {

using Kind = PublicKey::Kind;
using test::unhex;

const std::string f4 = unhex("010001");

std::optional<PublicKey> rsa(const std::string& modulus, const std::string& exponent = f4) {
  return PublicKey::rsa(as_bytes(modulus), as_bytes(exponent));
}

/// The smallest odd number of `bits` bits; no factor of it matters here.
std::string modulus_of(std::size_t bits) {
  std::string bytes((bits + 7) / 8, '\0');
  bytes.front() = static_cast<char>(1U << (bits - 1) % 8);
  bytes.back() = 1;
  return bytes;
}

TEST(PublicKey, WithoutAKeyThereIsNone) { EXPECT_FALSE(PublicKey().present()); }

TEST(PublicKey, RsaTakesBetween2048And4096Bits) {
  EXPECT_FALSE(rsa(""));
  EXPECT_FALSE(rsa(modulus_of(1024)));
  EXPECT_FALSE(rsa(modulus_of(2047)));
  EXPECT_TRUE(rsa(modulus_of(2048)));
  EXPECT_TRUE(rsa(modulus_of(2049)));
  EXPECT_TRUE(rsa(modulus_of(4096)));
  EXPECT_FALSE(rsa(modulus_of(4097)));
  EXPECT_FALSE(rsa(modulus_of(16384)));
}

TEST(PublicKey, ZerosInFrontOfAnRsaModulusCountForNothing) {
  EXPECT_FALSE(rsa(std::string(200, '\0') + modulus_of(1024)));
  const auto key = rsa(std::string(1, '\0') + modulus_of(2048));
  ASSERT_TRUE(key);
  EXPECT_EQ(as_text(key->bytes()), modulus_of(2048));
}

TEST(PublicKey, AnRsaModulusIsOdd) {
  std::string even = modulus_of(2048);
  even.back() = 2;
  EXPECT_FALSE(rsa(even));
}

TEST(PublicKey, AnRsaExponentIsOddAtLeastThreeAndAtMost64Bits) {
  const struct {
    const char* exponent;
    bool taken;
  } cases[] = {
      {"", false},
      {"00", false},
      {"01", false},
      {"0001", false},
      {"02", false},
      {"03", true},
      {"04", false},
      {"11", true},
      {"010000", false},
      {"010001", true},
      {"00010001", true},
      {"ffffffffffffffff", true},
      {"010000000000000001", false},
  };
  for (const auto& at : cases) {
    EXPECT_EQ(rsa(modulus_of(2048), unhex(at.exponent)).has_value(), at.taken) << at.exponent;
  }
}

/// 65537 to the power of 128. Moduli of the flawed generator (CVE-2017-15361) are powers of 65537
/// modulo every small prime, which is what gives them away; this one is without being a key.
std::string power_of_65537() {
  std::array<unsigned, 257> digits{1};  // base 256, least significant first
  for (int i = 0; i < 128; ++i) {
    unsigned carry = 0;
    std::array<unsigned, 257> product{};
    for (std::size_t at = 0; at < digits.size(); ++at) {
      const unsigned sum = digits[at] + (at >= 2 ? digits[at - 2] : 0) + carry;
      product[at] = sum & 0xFF;
      carry = sum >> 8;
    }
    digits = product;
  }
  std::string bytes;
  for (std::size_t at = digits.size(); at-- > 0;) bytes += static_cast<char>(digits[at]);
  return bytes;
}

TEST(PublicKey, AnRsaModulusOfTheRocaGeneratorIsRefused) {
  std::string modulus = power_of_65537();
  EXPECT_FALSE(rsa(modulus));
  modulus.back() = static_cast<char>(modulus.back() + 2);
  EXPECT_TRUE(rsa(modulus)) << "its neighbour has no such mark";
}

struct Point {
  Kind curve;
  const char* x;
  const char* y;
};
/// The base points of SEC 2.
const Point base_points[] = {
    {Kind::P256, "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
     "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"},
    {Kind::P384,
     "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760"
     "ab7",
     "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0"
     "e5f"},
    {Kind::P521,
     "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a"
     "2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
     "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013"
     "fad0761353c7086a272c24088be94769fd16650"},
};

bool taken(Kind curve, const std::string& x, const std::string& y) {
  return PublicKey::ec(curve, as_bytes(x), as_bytes(y)).has_value();
}

TEST(PublicKey, AnEcKeyIsAPointOnItsCurve) {
  for (const Point& point : base_points) {
    const std::string x = unhex(point.x);
    const std::string y = unhex(point.y);
    EXPECT_TRUE(taken(point.curve, x, y));
    EXPECT_FALSE(taken(point.curve, y, x));
    for (std::size_t at = 0; at < y.size(); ++at) {
      std::string other = y;
      other[at] = static_cast<char>(other[at] ^ 1);
      EXPECT_FALSE(taken(point.curve, x, other)) << at;
    }
    const std::string zero(x.size(), '\0');
    EXPECT_FALSE(taken(point.curve, zero, zero)) << "how some encode the point at infinity";
  }
}

TEST(PublicKey, ACoordinateHasTheCurvesFullLength) {
  for (const Point& point : base_points) {
    const std::string x = unhex(point.x);
    const std::string y = unhex(point.y);
    EXPECT_FALSE(taken(point.curve, '\0' + x, y));
    EXPECT_FALSE(taken(point.curve, x, '\0' + y));
    EXPECT_FALSE(taken(point.curve, x.substr(1), y));
    EXPECT_FALSE(taken(point.curve, x.substr(1), '\0' + y));
    EXPECT_FALSE(taken(point.curve, x, y.substr(0, y.size() - 1)));
    EXPECT_FALSE(taken(point.curve, "", ""));
    for (const Point& other : base_points) {
      EXPECT_EQ(taken(other.curve, x, y), other.curve == point.curve);
    }
    EXPECT_FALSE(taken(Kind::Rsa, x, y));
    EXPECT_FALSE(taken(Kind::Ed25519, x, y));
  }
}

TEST(PublicKey, ACoordinateIsSmallerThanTheFieldPrime) {
  // x = 0 is a point of P-256; x = p is the same point in a second spelling.
  const std::string zero(32, '\0');
  const std::string p = unhex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
  const std::string y = unhex("66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4");
  EXPECT_TRUE(taken(Kind::P256, zero, y));
  EXPECT_FALSE(taken(Kind::P256, p, y));
}

bool ed25519_taken(const std::string& x) { return PublicKey::ed25519(as_bytes(x)).has_value(); }

TEST(PublicKey, AnEd25519KeyIsAPointOfThePrimeOrderGroup) {
  // RFC 8032 section 7.1, tests 1 and 2.
  const std::string good =
      unhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  EXPECT_TRUE(ed25519_taken(good));
  EXPECT_TRUE(
      ed25519_taken(unhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")));
  EXPECT_FALSE(ed25519_taken(""));
  EXPECT_FALSE(ed25519_taken(good.substr(1)));
  EXPECT_FALSE(ed25519_taken(good + '\0'));
}

TEST(PublicKey, AnEd25519PointOfSmallOrderIsRefusedInEverySpelling) {
  // Under such a key one signature holds for many messages.
  for (const char* point : {
           "0100000000000000000000000000000000000000000000000000000000000000",  // order 1
           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // order 2
           "0000000000000000000000000000000000000000000000000000000000000000",  // order 4
           "0000000000000000000000000000000000000000000000000000000000000080",
           "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",  // order 8
           "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
           "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
           "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
           // The same points, not canonical (RFC 8032 section 5.1.3, step 1).
           "0100000000000000000000000000000000000000000000000000000000000080",
           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
           "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
           "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
       }) {
    EXPECT_FALSE(ed25519_taken(unhex(point))) << point;
  }
}

TEST(PublicKey, AnEd25519EncodingThatIsNoPointIsRefused) {
  EXPECT_FALSE(
      ed25519_taken(unhex("0200000000000000000000000000000000000000000000000000000000000000")));
  EXPECT_FALSE(ed25519_taken(std::string(32, '\xFF')));
}

}  // namespace
}  // namespace postern::crypto
