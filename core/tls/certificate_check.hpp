#pragma once

#include <mbedtls/x509_crt.h>

#include <cstdint>

#include "core/base/dates.hpp"
#include "core/base/time.hpp"
#include "core/platform.hpp"
#include "core/tls/failure.hpp"

namespace postern::tls {

/// Flags of mbedTLS for what is wrong about the dates of `certificate` (RFC 5280 section 4.1.2.5),
/// as far as the clock may judge them; 0: nothing.
std::uint32_t date_flags(const mbedtls_x509_crt& certificate, const Clock& clock,
                         const ClockPolicy& policy);

/// Whether one of its names is the IP address (RFC 5280 section 4.2.1.6: iPAddress).
bool is_for_address(const mbedtls_x509_crt& certificate, const Address& address);

/// The weightiest of mbedTLS's flags in a word: who is not trusted at all is not told that a date
/// is wrong, too.
Failure failure_of(std::uint32_t flags);

/// Seconds since 1970.
WallTime wall_time(const mbedtls_x509_time& time);

}  // namespace postern::tls
