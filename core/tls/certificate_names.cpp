#include "core/tls/certificate_names.hpp"

#include <mbedtls/oid.h>

#include <algorithm>

#include "core/base/bytes.hpp"

namespace postern::tls {
namespace {

std::string_view text_of(const mbedtls_x509_buf& bytes) {
  return {reinterpret_cast<const char*>(bytes.p), bytes.len};
}

bool is_dns_name(const mbedtls_x509_sequence& item) {
  return item.buf.p != nullptr && item.buf.len != 0 &&
         (item.buf.tag & MBEDTLS_ASN1_TAG_VALUE_MASK) == MBEDTLS_X509_SAN_DNS_NAME;
}

bool is_common_name(const mbedtls_x509_name& item) {
  return item.val.len != 0 && item.oid.len == MBEDTLS_OID_SIZE(MBEDTLS_OID_AT_CN) &&
         text_of(item.oid) == std::string_view(MBEDTLS_OID_AT_CN, item.oid.len);
}

}  // namespace

CertificateNames::CertificateNames(const mbedtls_x509_crt& certificate)
    : alternative_(&certificate.subject_alt_names) {
  for (const mbedtls_x509_sequence* it = alternative_; it != nullptr; it = it->next) {
    if (is_dns_name(*it)) return;
  }
  alternative_ = nullptr;
  common_ = &certificate.subject;
}

std::string_view CertificateNames::next() {
  while (alternative_ != nullptr) {
    const mbedtls_x509_sequence& item = *alternative_;
    alternative_ = item.next;
    if (is_dns_name(item)) return text_of(item.buf);
  }
  while (common_ != nullptr) {
    const mbedtls_x509_name& item = *common_;
    common_ = item.next;
    if (is_common_name(item)) return text_of(item.val);
  }
  return {};
}

NameMatch match_name(std::string_view pattern, std::string_view name) {
  if (equal_ignoring_case(pattern, name)) return NameMatch::Exact;
  if (!pattern.starts_with("*.")) return NameMatch::None;
  pattern.remove_prefix(1);
  const std::size_t dot = name.find('.');
  if (dot == 0 || dot == std::string_view::npos) return NameMatch::None;
  name.remove_prefix(dot);
  return equal_ignoring_case(pattern, name) ? NameMatch::Wildcard : NameMatch::None;
}

NameMatch match_names(const mbedtls_x509_crt& certificate, std::string_view name) {
  NameMatch best = NameMatch::None;
  CertificateNames names(certificate);
  for (std::string_view own = names.next(); !own.empty(); own = names.next()) {
    best = std::max(best, match_name(own, name));
  }
  return best;
}

}  // namespace postern::tls
