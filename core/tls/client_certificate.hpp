#pragma once

#include <cstdint>

namespace postern::tls {

/// Whether clients show a certificate in the handshake.
enum class ClientCertificate : std::uint8_t {
  None,      ///< They are not asked for one.
  Optional,  ///< One that is shown must be valid.
  Required,  ///< Without a valid one there is no connection.
};

}  // namespace postern::tls
