// core/crypto/curve25519.c, through mbedTLS as a handshake uses it.

#include <gtest/gtest.h>
#include <mbedtls/ecdh.h>
#include <mbedtls/ecp.h>

#include <string>
#include <string_view>
#include <utility>

#include "tests/support/random.hpp"
#include "tests/support/vectors.hpp"

namespace postern::crypto {
namespace {

using test::Random;
using test::unhex;

class Curve25519 : public testing::Test {
 protected:
  Curve25519() {
    mbedtls_ecp_group_init(&group_);
    EXPECT_EQ(mbedtls_ecp_group_load(&group_, MBEDTLS_ECP_DP_CURVE25519), 0);
  }
  ~Curve25519() override { mbedtls_ecp_group_free(&group_); }

  /// The function X25519 of RFC 7748 section 5, of texts as they stand on the wire; empty where
  /// mbedTLS refuses `u`.
  std::string x25519(std::string scalar, const std::string& u) {
    scalar[0] = static_cast<char>(scalar[0] & 0xf8);
    scalar[31] = static_cast<char>((scalar[31] & 0x7f) | 0x40);
    mbedtls_mpi own;
    mbedtls_mpi secret;
    mbedtls_ecp_point peer;
    mbedtls_mpi_init(&own);
    mbedtls_mpi_init(&secret);
    mbedtls_ecp_point_init(&peer);
    std::string result(32, '\0');
    EXPECT_EQ(mbedtls_mpi_read_binary_le(&own, bytes(scalar), scalar.size()), 0);
    EXPECT_EQ(mbedtls_ecp_point_read_binary(&group_, &peer, bytes(u), u.size()), 0);
    if (mbedtls_ecdh_compute_shared(&group_, &secret, &peer, &own, random_bytes, &random_) == 0) {
      EXPECT_EQ(mbedtls_mpi_write_binary_le(
                    &secret, reinterpret_cast<unsigned char*>(result.data()), result.size()),
                0);
    } else {
      result.clear();
    }
    mbedtls_ecp_point_free(&peer);
    mbedtls_mpi_free(&secret);
    mbedtls_mpi_free(&own);
    return result;
  }

  Random random_{1};

 private:
  static const unsigned char* bytes(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  }
  static int random_bytes(void* random, unsigned char* bytes, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      bytes[i] = static_cast<unsigned char>(static_cast<Random*>(random)->next());
    }
    return 0;
  }

  mbedtls_ecp_group group_;
};

const std::string base_point = "\x09" + std::string(31, '\0');

TEST_F(Curve25519, GivesTheResultsOfRfc7748) {
  EXPECT_EQ(x25519(unhex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
                   unhex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")),
            unhex("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"));
  // The bit of u that counts for nothing is set in this one.
  EXPECT_EQ(x25519(unhex("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d"),
                   unhex("e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493")),
            unhex("95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"));
}

TEST_F(Curve25519, GivesTheResultOfRfc7748AfterAThousandTurns) {
  std::string k = base_point;
  std::string u = base_point;
  for (int turn = 1; turn <= 1'000; ++turn) {
    std::string result = x25519(k, u);
    u = std::exchange(k, std::move(result));
    if (turn == 1) {
      ASSERT_EQ(k, unhex("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"));
    }
  }
  EXPECT_EQ(k, unhex("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"));
}

TEST_F(Curve25519, GivesBothSidesOfAnExchangeTheSameSecret) {
  for (const test::Seed seed : test::seeds(100)) {
    random_ = Random(seed);
    std::string ours(32, '\0');
    std::string theirs(32, '\0');
    for (char& byte : ours) byte = static_cast<char>(random_.next());
    for (char& byte : theirs) byte = static_cast<char>(random_.next());
    EXPECT_EQ(x25519(ours, x25519(theirs, base_point)), x25519(theirs, x25519(ours, base_point)))
        << "seed " << seed;
  }
}

/// Numbers from the prime 2^255 - 19 on stand for what is left of them.
TEST_F(Curve25519, TakesCoordinatesModuloThePrime) {
  const std::string scalar(32, '\x55');
  const auto u = [](int last) {
    return std::string(1, static_cast<char>(last)) + std::string(30, '\xff') + "\x7f";
  };
  for (const int small : {2, 9, 18}) {
    const std::string plain = std::string(1, static_cast<char>(small)) + std::string(31, '\0');
    EXPECT_EQ(x25519(scalar, u(0xed + small)), x25519(scalar, plain)) << small;
  }
}

/// Points of small order would make the secret known: RFC 7748 section 6.1, RFC 8446 section 7.4.2.
TEST_F(Curve25519, RefusesPointsOfSmallOrder) {
  for (const std::string_view u :
       {"0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
    EXPECT_EQ(x25519(std::string(32, '\x55'), unhex(u)), "") << u;
  }
}

}  // namespace
}  // namespace postern::crypto
