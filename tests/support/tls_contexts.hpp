#pragma once

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/tls/context.hpp"
#include "core/tls/library.hpp"
#include "core/tls/saved_session.hpp"
#include "tests/support/certificates.hpp"

namespace postern::test {

/// The library is ready before the first test runs.
inline const bool tls_library_is_ready = [] { return entropy_is_there && tls::start_library(); }();

/// What a gateway has that serves TLS: contexts, tickets, memory. Stays where it is.
class TlsServer {
 public:
  using ClientCertificate = tls::ClientCertificate;
  struct Settings {
    std::vector<std::string> identities{"gateway"};
    ClientCertificate client_certificate = ClientCertificate::None;
    bool only_tls13 = false;
    ClockPolicy dates{};
  };

  TlsServer() : TlsServer(Settings{}) {}
  explicit TlsServer(const Settings& settings) {
    for (const std::string& name : settings.identities) identities_.push_back(identity(name));
    memory_.resize(tls::CertificateStore::bytes(identities_.size()) + anchor_bytes);
    Arena arena(memory_);
    const auto anchors =
        tls::read_anchors(certificate_file("root.pem"), tls::BrokenAnchor::Refused, arena);
    const bool started = anchors.has_value() && tickets_.start() &&
                         context.start({.identities = identities_,
                                        .client_certificate = settings.client_certificate,
                                        .client_anchors = *anchors,
                                        .only_tls13 = settings.only_tls13,
                                        .dates = settings.dates},
                                       tickets_, arena);
    if (!started) throw std::runtime_error("the server's context does not start");
  }
  ~TlsServer() {
    context.certificates().destroy();
    mbedtls_ssl_config_free(const_cast<mbedtls_ssl_config*>(&context.config()));
    mbedtls_ssl_ticket_free(&tickets_.context());
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  tls::ServerContext context;

 private:
  static constexpr std::size_t anchor_bytes = 16 * 1024;

  std::vector<tls::Identity> identities_;
  std::vector<std::byte> memory_;
  tls::TicketKeys tickets_;
};

/// And what it has that asks others: whom it trusts, what it shows, and what it resumes by.
class TlsClient {
 public:
  struct Settings {
    std::string anchors = "root.pem";
    std::string identity{};  ///< Empty: none.
    std::uint16_t max_fragment = 0;
    ClockPolicy dates{};
    /// A peer that knows no other version; the gateway's own contexts offer both.
    mbedtls_ssl_protocol_version version = MBEDTLS_SSL_VERSION_UNKNOWN;
  };

  TlsClient() : TlsClient(Settings{}) {}
  explicit TlsClient(const Settings& settings) : memory_(anchor_bytes) {
    Arena arena(memory_);
    const auto anchors =
        tls::read_anchors(certificate_file(settings.anchors), tls::BrokenAnchor::Refused, arena);
    if (!settings.identity.empty()) identity_ = identity(settings.identity);
    const bool started =
        anchors.has_value() &&
        context.start({.anchors = *anchors,
                       .identity = settings.identity.empty() ? nullptr : &identity_,
                       .max_fragment = settings.max_fragment,
                       .dates = settings.dates});
    if (!started) throw std::runtime_error("the client's context does not start");
    if (settings.version == MBEDTLS_SSL_VERSION_UNKNOWN) return;
    mbedtls_ssl_conf_min_tls_version(&config(), settings.version);
    mbedtls_ssl_conf_max_tls_version(&config(), settings.version);
  }
  ~TlsClient() { mbedtls_ssl_config_free(&config()); }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  /// For what a client of ours would never do.
  mbedtls_ssl_config& config() { return const_cast<mbedtls_ssl_config&>(context.config()); }

  tls::ClientContext context;
  tls::SavedSession saved;

 private:
  static constexpr std::size_t anchor_bytes = 64 * 1024;

  tls::Identity identity_;
  std::vector<std::byte> memory_;
};

}  // namespace postern::test
