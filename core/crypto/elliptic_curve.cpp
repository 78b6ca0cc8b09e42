#include "core/crypto/elliptic_curve.hpp"

#include "core/base/assert.hpp"

namespace postern::crypto {
namespace {

mbedtls_ecp_group_id group_of(PublicKey::Kind kind) {
  switch (kind) {
    case PublicKey::Kind::P256:
      return MBEDTLS_ECP_DP_SECP256R1;
    case PublicKey::Kind::P384:
      return MBEDTLS_ECP_DP_SECP384R1;
    case PublicKey::Kind::P521:
      return MBEDTLS_ECP_DP_SECP521R1;
    case PublicKey::Kind::Rsa:
    case PublicKey::Kind::Ed25519:
      break;
  }
  return MBEDTLS_ECP_DP_NONE;
}

}  // namespace

CurvePoint::CurvePoint(PublicKey::Kind kind, std::span<const std::byte> coordinates) {
  mbedtls_ecp_group_init(&group);
  mbedtls_ecp_point_init(&point);
  const std::size_t size = coordinate_bytes(kind);
  POSTERN_ASSERT(size != 0 && coordinates.size() == 2 * size);
  failure_ = mbedtls_ecp_group_load(&group, group_of(kind));
  if (failure_ != 0) return;
  // SEC 1 section 2.3.3, uncompressed: 4, x, y.
  std::array<unsigned char, 1 + 2 * coordinate_bytes(PublicKey::Kind::P521)> encoded{4};
  for (std::size_t i = 0; i < coordinates.size(); ++i) {
    encoded[1 + i] = std::to_integer<unsigned char>(coordinates[i]);
  }
  failure_ = mbedtls_ecp_point_read_binary(&group, &point, encoded.data(), 1 + 2 * size);
}

CurvePoint::~CurvePoint() {
  mbedtls_ecp_point_free(&point);
  mbedtls_ecp_group_free(&group);
}

}  // namespace postern::crypto
