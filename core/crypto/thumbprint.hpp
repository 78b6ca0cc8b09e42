#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "core/crypto/public_key.hpp"

namespace postern::crypto {

/// What names a key or a certificate by its content: a SHA-256.
using Thumbprint = std::array<std::byte, 32>;

/// The JWK thumbprint of a key (RFC 7638; RFC 8037 section 2 for Ed25519): SHA-256 over the JSON of
/// its required members in the order of their names, numbers in their shortest form. REQUIRES:
/// the key is present.
Thumbprint jwk_thumbprint(const PublicKey& key);

/// Whether `text` is how a token spells `thumbprint` (`cnf.jkt` of RFC 9449 section 6.1,
/// `cnf["x5t#S256"]` of RFC 8705 section 3.1): base64url without padding. In constant time.
bool is_spelling_of(std::string_view text, const Thumbprint& thumbprint);

}  // namespace postern::crypto
