#include "core/tls/certificate_summary.hpp"

#include <mbedtls/x509_crt.h>

#include <cstring>

#include "core/tls/certificate_check.hpp"

namespace postern::tls {

std::optional<CertificateSummary> summary_of(std::span<const std::byte> chain,
                                             std::span<char> memory) {
  mbedtls_x509_crt certificate;
  mbedtls_x509_crt_init(&certificate);
  std::optional<CertificateSummary> summary;
  if (mbedtls_x509_crt_parse(&certificate, reinterpret_cast<const unsigned char*>(chain.data()),
                             chain.size()) == 0) {
    summary.emplace();
    summary->not_before = wall_time(certificate.valid_from);
    summary->not_after = wall_time(certificate.valid_to);
    memory.front() = '\0';
    // Too long for the memory: it is cut, and the zero at its end stays.
    mbedtls_x509_dn_gets(memory.data(), memory.size(), &certificate.subject);
    memory.back() = '\0';
    summary->subject = {memory.data(), std::strlen(memory.data())};
  }
  mbedtls_x509_crt_free(&certificate);
  return summary;
}

}  // namespace postern::tls
