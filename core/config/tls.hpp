#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/tls/client_certificate.hpp"
#include "core/tls/identity.hpp"
#include "core/tls/trust_anchors.hpp"

namespace postern::config {

enum class TlsVersion : std::uint8_t { Tls12, Tls13 };

using tls::ClientCertificate;

/// How a listener speaks TLS.
struct ListenerTls {
  std::span<const tls::Identity> identities;  ///< Chosen by SNI; the first when none fits.
  ClientCertificate client_certificate = ClientCertificate::None;
  std::span<const tls::TrustAnchor> client_anchors;  ///< Empty with ClientCertificate::None only.
  std::string_view client_ca_file;                   ///< Where they are from, to read it again.
  TlsVersion min_version = TlsVersion::Tls12;
  std::uint16_t max_fragment = 0;  ///< Longest plain text of a record that is sent.
};

/// How the gateway speaks TLS to a provider or an upstream.
struct PeerTls {
  std::span<const tls::TrustAnchor> anchors;  ///< At least one.
  std::string_view ca_file;                   ///< Where they are from; empty: the system's.
  const tls::Identity* identity = nullptr;    ///< Null: no certificate is shown.
  /// The longest record that the peer is asked to send (RFC 6066 section 4): 512, 1024, 2048 or
  /// 4096. 0: it is not asked.
  std::uint16_t max_fragment = 0;
};

}  // namespace postern::config
