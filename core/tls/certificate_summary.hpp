#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/dates.hpp"

namespace postern::tls {

/// What a person wants to know of a certificate.
struct CertificateSummary {
  std::string_view subject;  ///< As "CN=gateway, O=Plant"; cut where it does not fit.
  WallTime not_before;
  WallTime not_after;
};

/// Of the first certificate in `chain`, as in Identity. The subject is written into `memory`.
/// Nothing: it cannot be read.
std::optional<CertificateSummary> summary_of(std::span<const std::byte> chain,
                                             std::span<char> memory);

}  // namespace postern::tls
