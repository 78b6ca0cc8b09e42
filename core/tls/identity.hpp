// tls: TLS 1.2 and 1.3 on every leg, with mbedTLS.
// In: bytes, certificates, keys, the time as it is trusted. Out: bytes, a verdict on the peer.
// Never: a connection that goes on after its peer was found wrong, a version below 1.2, a key in a
// log.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace postern::tls {

/// Who the gateway is towards a peer: a certificate with the chain below it, and its key. As the
/// configuration has them: PEM, with the zero byte at the end that mbedTLS wants to see.
struct Identity {
  std::string_view certificate_file;  ///< As in the file, to read it again.
  std::string_view key_file;
  std::span<const std::byte> chain;  ///< The gateway's own certificate first.
  std::span<const std::byte> key;    ///< Secret: wiped with the configuration.
};

/// A certificate that a chain may end at.
struct TrustAnchor {
  std::span<const std::byte> der;
  std::span<const std::byte> subject;  ///< Its name in DER, within `der`: what names it as issuer.
};

}  // namespace postern::tls
