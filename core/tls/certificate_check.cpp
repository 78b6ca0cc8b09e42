#include "core/tls/certificate_check.hpp"

#include <mbedtls/asn1.h>

#include <algorithm>

namespace postern::tls {
namespace {

constexpr int address_tag = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 7;  // GeneralName.iPAddress

// Days since 1970 of a date of the Gregorian calendar: years begin in March, so that the leap day
// is the last of its year.
constexpr std::int64_t days(std::int64_t year, std::int64_t month, std::int64_t day) {
  if (month <= 2) --year;
  const std::int64_t era = year / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}
static_assert(days(1970, 1, 1) == 0 && days(2000, 3, 1) == 11017);

}  // namespace

WallTime wall_time(const mbedtls_x509_time& time) {
  return {((days(time.year, time.mon, time.day) * 24 + time.hour) * 60 + time.min) * 60 + time.sec};
}

std::uint32_t date_flags(const mbedtls_x509_crt& certificate, const Clock& clock,
                         const ClockPolicy& policy) {
  const Dates dates =
      Dates::through(wall_time(certificate.valid_from), wall_time(certificate.valid_to));
  switch (date_verdict(clock, dates, policy)) {
    case DateVerdict::Holds:
      return 0;
    case DateVerdict::NotYet:
      return MBEDTLS_X509_BADCERT_FUTURE;
    case DateVerdict::Over:
      return MBEDTLS_X509_BADCERT_EXPIRED;
    case DateVerdict::ClockNotTrusted:
      return MBEDTLS_X509_BADCERT_OTHER;
  }
  return MBEDTLS_X509_BADCERT_OTHER;
}

bool is_for_address(const mbedtls_x509_crt& certificate, const Address& address) {
  const std::size_t byte_count = address.family == Address::Family::V4 ? 4 : 16;
  for (const mbedtls_x509_sequence* name = &certificate.subject_alt_names; name != nullptr;
       name = name->next) {
    if (name->buf.tag != address_tag || name->buf.len != byte_count) continue;
    if (std::equal(name->buf.p, name->buf.p + byte_count, address.bytes.begin())) return true;
  }
  return false;
}

Failure failure_of(std::uint32_t flags) {
  if ((flags & MBEDTLS_X509_BADCERT_MISSING) != 0) return Failure::CertificateAbsent;
  if ((flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) != 0) return Failure::Untrusted;
  if ((flags & MBEDTLS_X509_BADCERT_EXPIRED) != 0) return Failure::Expired;
  if ((flags & MBEDTLS_X509_BADCERT_FUTURE) != 0) return Failure::NotYetValid;
  if ((flags & MBEDTLS_X509_BADCERT_OTHER) != 0) return Failure::ClockNotTrusted;
  if ((flags & MBEDTLS_X509_BADCERT_CN_MISMATCH) != 0) return Failure::WrongName;
  return Failure::WrongUse;
}

}  // namespace postern::tls
