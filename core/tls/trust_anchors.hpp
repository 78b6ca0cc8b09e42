#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/arena.hpp"
#include "core/base/result.hpp"

namespace postern::tls {

/// A certificate that a chain may end at.
struct TrustAnchor {
  std::span<const std::byte> der;
  std::span<const std::byte> subject;  ///< Its name in DER, within `der`: what names it as issuer.
};

/// Why a file of trust anchors is of no use.
enum class AnchorProblem : std::uint8_t {
  NoCertificate,  ///< Not one CERTIFICATE block of PEM in it.
  Broken,         ///< A block that is no certificate, or none that this program understands.
  NoMemory,
};

/// What becomes of a block that cannot be used.
enum class BrokenAnchor : std::uint8_t {
  Refused,  ///< Somebody has put it there on purpose.
  Skipped,  ///< A store of a hundred, some of kinds that are not ours; one must be left.
};

/// The certificates in `pem`, copied into `arena`. What stands around the blocks is not looked at.
Result<std::span<const TrustAnchor>, AnchorProblem> read_anchors(std::string_view pem,
                                                                 BrokenAnchor broken, Arena& arena);

}  // namespace postern::tls
