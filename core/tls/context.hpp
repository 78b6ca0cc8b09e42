#pragma once

#include <mbedtls/ssl.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/arena.hpp"
#include "core/base/dates.hpp"
#include "core/base/time.hpp"
#include "core/tls/anchor_store.hpp"
#include "core/tls/certificate_store.hpp"
#include "core/tls/client_certificate.hpp"
#include "core/tls/identity.hpp"
#include "core/tls/parsed_identity.hpp"
#include "core/tls/ticket_keys.hpp"
#include "core/tls/trust_anchors.hpp"

namespace postern::tls {

/// What all sessions of one engine with the clients of one listener have in common. Unchanged once
/// it was started, but for certificates and authorities, which may be replaced.
class ServerContext {
 public:
  struct Settings {
    std::span<const Identity> identities;
    ClientCertificate client_certificate = ClientCertificate::None;
    std::span<const TrustAnchor> client_anchors;
    bool only_tls13 = false;
    ClockPolicy dates;  ///< Of the certificates that clients show.
  };
  /// `settings` and `tickets` refer to what outlives this. Takes CertificateStore::bytes() from
  /// `arena`, and mbedTLS's memory. False: not enough of it.
  [[nodiscard]] bool start(const Settings& settings, TicketKeys& tickets, Arena& arena);

  [[nodiscard]] const mbedtls_ssl_config& config() const { return config_; }
  [[nodiscard]] const ClockPolicy& dates() const { return dates_; }
  CertificateStore& certificates() { return *certificates_; }
  AnchorStore& anchors() { return anchors_; }
  [[nodiscard]] bool asks_for_certificate() const { return asks_for_certificate_; }

 private:
  mbedtls_ssl_config config_;
  CertificateStore* certificates_ = nullptr;
  AnchorStore anchors_;
  ClockPolicy dates_;
  bool asks_for_certificate_ = false;
};

/// What all sessions of one engine with one provider, or with one upstream, have in common.
class ClientContext {
 public:
  struct Settings {
    std::span<const TrustAnchor> anchors;
    const Identity* identity = nullptr;  ///< Null: no certificate is shown.
    std::uint16_t max_fragment = 0;      ///< 512, 1024, 2048, 4096: asked for. 0: not.
    ClockPolicy dates;                   ///< Of the peer's certificates.
  };
  /// As ServerContext::start().
  [[nodiscard]] bool start(const Settings& settings);

  [[nodiscard]] const mbedtls_ssl_config& config() const { return config_; }
  [[nodiscard]] const ClockPolicy& dates() const { return dates_; }
  AnchorStore& anchors() { return anchors_; }

 private:
  mbedtls_ssl_config config_;
  ParsedIdentity certificate_;
  AnchorStore anchors_;
  ClockPolicy dates_;
};

}  // namespace postern::tls
