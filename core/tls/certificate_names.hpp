#pragma once

#include <mbedtls/x509_crt.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace postern::tls {

/// How well a certificate fits the name that a client asks for. Better is greater.
enum class NameMatch : std::uint8_t {
  None,
  Wildcard,  ///< `*` in place of the leftmost label (RFC 9525 section 6.3).
  Exact,
};

/// The DNS names a certificate is for: those of its subjectAltName or, when that has none, its
/// common names (RFC 6125 section 6.4.4; for a gateway's own certificates of old make). Views into
/// the certificate.
class CertificateNames {
 public:
  explicit CertificateNames(const mbedtls_x509_crt& certificate);

  /// The next name; empty when there are no more.
  std::string_view next();

 private:
  const mbedtls_x509_sequence* alternative_;
  const mbedtls_x509_name* common_ = nullptr;
};

/// Without regard to ASCII case.
NameMatch match_name(std::string_view pattern, std::string_view name);
/// The best match among the certificate's names.
NameMatch match_names(const mbedtls_x509_crt& certificate, std::string_view name);

}  // namespace postern::tls
