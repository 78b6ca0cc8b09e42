#pragma once

#include <mbedtls/ecp.h>

#include <cstddef>
#include <span>

#include "core/crypto/public_key.hpp"

namespace postern::crypto {

/// A curve and a point on it, as mbedTLS wants them for one call.
class CurvePoint {
 public:
  /// REQUIRES: `kind` is a curve and `coordinates` are x and y in its length.
  CurvePoint(PublicKey::Kind kind, std::span<const std::byte> coordinates);
  ~CurvePoint();
  CurvePoint(const CurvePoint&) = delete;
  CurvePoint& operator=(const CurvePoint&) = delete;

  /// 0, or why the curve or the point could not be set up: no memory.
  [[nodiscard]] int failure() const { return failure_; }

  mbedtls_ecp_group group;
  mbedtls_ecp_point point;

 private:
  int failure_ = 0;
};

}  // namespace postern::crypto
