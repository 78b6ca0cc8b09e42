#pragma once

#include <mbedtls/ssl_ticket.h>

#include "core/base/time.hpp"

namespace postern::tls {

/// The keys that session tickets of one listener are sealed with (RFC 5077, RFC 8446
/// section 4.6.1): the present ones, and those before them. Shared by the workers, since a client
/// may come back to another one; locks itself. Tickets are the only memory of sessions there is.
class TicketKeys {
 public:
  /// How long a ticket lets a client resume; the keys change as often. Long enough for a device
  /// that calls once an hour, short enough that a stolen key opens little.
  static constexpr Duration life = seconds(4 * 3600);

  /// False: no randomness or no memory.
  [[nodiscard]] bool start();
  mbedtls_ssl_ticket_context& context() { return context_; }

 private:
  mbedtls_ssl_ticket_context context_;
};

}  // namespace postern::tls
