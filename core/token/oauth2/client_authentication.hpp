#pragma once

#include <cstddef>
#include <string_view>

#include "core/base/bytes.hpp"

namespace postern::token::oauth2 {

/// Appends `text` in application/x-www-form-urlencoded. Only letters, digits and `-._~*` stand for
/// themselves, a space becomes '+'. At most three bytes per byte.
void write_form_encoded(ByteWriter& out, std::string_view text);

/// Appends the Authorization value of client_secret_basic: "Basic " and the base64 of the
/// form-encoded id, a colon and the form-encoded secret. RFC 6749 section 2.3.1 wants the encoding
/// before the base64, so that an id may hold a colon.
void write_basic_authorization(ByteWriter& out, std::string_view client_id,
                               std::string_view client_secret);

/// Upper bound of what write_basic_authorization() appends.
constexpr std::size_t basic_authorization_bytes_max(std::size_t client_id_bytes,
                                                    std::size_t client_secret_bytes) {
  return 6 + (3 * (client_id_bytes + client_secret_bytes) + 1 + 2) / 3 * 4;
}

}  // namespace postern::token::oauth2
