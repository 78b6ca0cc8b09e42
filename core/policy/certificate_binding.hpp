#pragma once

#include <cstdint>
#include <optional>

#include "core/config/config.hpp"
#include "core/crypto/thumbprint.hpp"
#include "core/token/facts.hpp"

namespace postern::policy {

/// Whether a token may be used by the client that shows it (RFC 8705 section 3).
enum class CertificateVerdict : std::uint8_t {
  Fits,     ///< It is bound to the client's certificate, or need not be bound.
  Other,    ///< It is bound to another certificate than the client's, or the client shows none.
  Unbound,  ///< It is bound to no certificate, and the endpoint wants it to be.
};

/// Judges the claim `cnf["x5t#S256"]` by an endpoint's rule. `certificate`: the SHA-256 of the
/// certificate in DER that the client proved in the handshake to have the key of; nothing without
/// one. What is no thumbprint fits none. In constant time for one spelling of a thumbprint.
CertificateVerdict judge_certificate(config::CertificateBinding rule, const token::Claim& bound_to,
                                     const std::optional<crypto::Thumbprint>& certificate);

}  // namespace postern::policy
