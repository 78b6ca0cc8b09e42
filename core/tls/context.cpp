#include "core/tls/context.hpp"

#include <mbedtls/platform.h>

#include <algorithm>

#include "core/crypto/random.hpp"
#include "core/tls/session.hpp"

namespace postern::tls {
namespace {

// AEAD with forward secrecy, nothing else (RFC 9325 section 4.2). AES with 128 bits first: with the
// processor's instructions it is the fastest, and its strength is that of the curves.
constexpr int suites[] = {MBEDTLS_TLS1_3_AES_128_GCM_SHA256,
                          MBEDTLS_TLS1_3_AES_256_GCM_SHA384,
                          MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,
                          MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                          MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
                          MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                          MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
                          MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
                          MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
                          0};
constexpr std::uint16_t groups[] = {
    MBEDTLS_SSL_IANA_TLS_GROUP_X25519, MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1,
    MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1, MBEDTLS_SSL_IANA_TLS_GROUP_NONE};
constexpr std::uint16_t signatures[] = {MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256,
                                        MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384,
                                        MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,
                                        MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384,
                                        MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512,
                                        MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256,
                                        MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA384,
                                        MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA512,
                                        MBEDTLS_TLS1_3_SIG_NONE};
const char* protocols[] = {"http/1.1", nullptr};  // NOLINT: mbedTLS takes it without const

// mbedTLS asks for the certificates that may have signed `child`: those that bear the name of its
// issuer. They are parsed for this one question, so that hundreds of authorities cost no memory.
int find_anchors(void* context, const mbedtls_x509_crt* child, mbedtls_x509_crt** found) {
  *found = nullptr;
  const auto& anchors = static_cast<const AnchorStore*>(context)->current();
  const std::span issuer(reinterpret_cast<const std::byte*>(child->issuer_raw.p),
                         child->issuer_raw.len);
  for (const TrustAnchor& anchor : anchors) {
    if (!std::ranges::equal(anchor.subject, issuer)) continue;
    if (*found == nullptr) {
      *found = static_cast<mbedtls_x509_crt*>(mbedtls_calloc(1, sizeof(mbedtls_x509_crt)));
      if (*found == nullptr) return MBEDTLS_ERR_X509_ALLOC_FAILED;
      mbedtls_x509_crt_init(*found);
    }
    const int failure = mbedtls_x509_crt_parse_der_nocopy(
        *found, reinterpret_cast<const unsigned char*>(anchor.der.data()), anchor.der.size());
    if (failure == 0) continue;
    mbedtls_x509_crt_free(*found);
    mbedtls_free(*found);
    *found = nullptr;
    return failure;
  }
  return 0;
}

int set_common(mbedtls_ssl_config& config, int endpoint) {
  mbedtls_ssl_config_init(&config);
  const int failure = mbedtls_ssl_config_defaults(&config, endpoint, MBEDTLS_SSL_TRANSPORT_STREAM,
                                                  MBEDTLS_SSL_PRESET_DEFAULT);
  if (failure != 0) return failure;
  mbedtls_ssl_conf_rng(&config, crypto::random_for_library, nullptr);
  mbedtls_ssl_conf_min_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_2);
  mbedtls_ssl_conf_ciphersuites(&config, suites);
  mbedtls_ssl_conf_groups(&config, groups);
  mbedtls_ssl_conf_sig_algs(&config, signatures);
  return 0;
}

unsigned char fragment_code(std::uint16_t bytes) {
  switch (bytes) {
    case 512:
      return MBEDTLS_SSL_MAX_FRAG_LEN_512;
    case 1024:
      return MBEDTLS_SSL_MAX_FRAG_LEN_1024;
    case 2048:
      return MBEDTLS_SSL_MAX_FRAG_LEN_2048;
    case 4096:
      return MBEDTLS_SSL_MAX_FRAG_LEN_4096;
    default:
      return MBEDTLS_SSL_MAX_FRAG_LEN_NONE;
  }
}

}  // namespace

bool ServerContext::start(const Settings& settings, TicketKeys& tickets, Arena& arena) {
  anchors_.start(settings.client_anchors);
  dates_ = settings.dates;
  if (set_common(config_, MBEDTLS_SSL_IS_SERVER) != 0) return false;
  if (settings.only_tls13) {
    mbedtls_ssl_conf_min_tls_version(&config_, MBEDTLS_SSL_VERSION_TLS1_3);
  }
  if (mbedtls_ssl_conf_alpn_protocols(&config_, protocols) != 0) return false;
  certificates_ = CertificateStore::create(arena, settings.identities, Role::Server);
  if (certificates_ == nullptr) return false;
  mbedtls_ssl_conf_cert_cb(&config_, Session::choose_certificate);
  asks_for_certificate_ = settings.client_certificate != ClientCertificate::None;
  if (asks_for_certificate_) {
    // No tickets here: one would carry a client's identity beyond the life, or the removal, of the
    // certificate that proved it.
    mbedtls_ssl_conf_ca_cb(&config_, find_anchors, &anchors_);
    mbedtls_ssl_conf_authmode(&config_, settings.client_certificate == ClientCertificate::Required
                                            ? MBEDTLS_SSL_VERIFY_REQUIRED
                                            : MBEDTLS_SSL_VERIFY_OPTIONAL);
    return true;
  }
  mbedtls_ssl_conf_authmode(&config_, MBEDTLS_SSL_VERIFY_NONE);
  mbedtls_ssl_conf_new_session_tickets(&config_, 1);
  mbedtls_ssl_conf_session_tickets_cb(&config_, mbedtls_ssl_ticket_write, mbedtls_ssl_ticket_parse,
                                      &tickets.context());
  return true;
}

bool ClientContext::start(const Settings& settings) {
  anchors_.start(settings.anchors);
  dates_ = settings.dates;
  if (set_common(config_, MBEDTLS_SSL_IS_CLIENT) != 0) return false;
  mbedtls_ssl_conf_authmode(&config_, MBEDTLS_SSL_VERIFY_REQUIRED);
  mbedtls_ssl_conf_ca_cb(&config_, find_anchors, &anchors_);
  mbedtls_ssl_conf_session_tickets(&config_, MBEDTLS_SSL_SESSION_TICKETS_ENABLED);
  mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(
      &config_, MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
  if (settings.max_fragment != 0) {
    // mbedTLS 3.6 offers RFC 6066's extension in TLS 1.3, too, and then takes the answer for an
    // error.
    mbedtls_ssl_conf_max_tls_version(&config_, MBEDTLS_SSL_VERSION_TLS1_2);
  }
  if (mbedtls_ssl_conf_max_frag_len(&config_, fragment_code(settings.max_fragment)) != 0) {
    return false;
  }
  if (settings.identity == nullptr) return true;
  const Identity& own = *settings.identity;
  return certificate_.parse(own.chain, own.key, Role::Client) == IdentityProblem::None &&
         mbedtls_ssl_conf_own_cert(&config_, certificate_.chain(), certificate_.key()) == 0;
}

}  // namespace postern::tls
