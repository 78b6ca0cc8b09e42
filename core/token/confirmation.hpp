#pragma once

#include "core/json/document.hpp"

namespace postern::token {

/// Whether the token with these claims is bound to anything (`cnf`, RFC 7800). null counts as
/// absent.
bool is_bound(const json::Value& claims);

/// Whether a client can prove here that a token with these claims is its own, as far as the token
/// asks for that at all: by `jkt` (a key, RFC 9449 section 6.1), by `x5t#S256` (a
/// certificate, RFC 8705 section 3.1), or both. Bound in another way, or by something that is no
/// SHA-256 in base64url, it cannot be, and whoever copied the token could use it. Which proof is
/// asked for is an endpoint's rule.
bool can_be_proved(const json::Value& claims);

}  // namespace postern::token
