#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "core/crypto/public_key.hpp"
#include "core/crypto/signature.hpp"
#include "core/json/document.hpp"

namespace postern::crypto {

/// What a key set keeps of a `kid`: its SHA-256, so that one of any length takes little memory.
using KeyName = std::array<std::byte, 32>;
KeyName key_name(std::string_view kid);

/// Longest `kid` that is looked at, of a key or of a token.
inline constexpr std::size_t kid_bytes_max = 256;

/// A JSON Web Key (RFC 7517) that may verify signatures.
struct VerificationKey {
  PublicKey key;
  SignatureAlgorithms algorithms;  ///< What its type, curve and `alg` let it verify; never none.
  bool has_name = false;           ///< It has a `kid`.
  KeyName name{};
};

/// Reads one key. Nothing when it cannot or must not verify anything: another type than RSA, EC or
/// OKP/Ed25519 (a secret key in a published set is known to everybody), a `use` other than "sig",
/// `key_ops` without "verify", an `alg` that its type does not have, numbers that PublicKey
/// refuses, a `kid` that is no text or longer than kid_bytes_max, any of these members of a wrong
/// type. Unknown members, certificates and private parts are not looked at, and nothing they name
/// is ever fetched.
std::optional<VerificationKey> read_key(const json::Value& jwk);

/// Reads the JWK Set `document` (RFC 7517 section 5) into the front of `keys`, the first ones where
/// there are more, and returns how many. Keys that read_key() refuses are skipped. A `kid` that
/// stands at two different keys for one algorithm names neither, and both are left out: which of
/// them a signer meant is not for us to guess. 0: not a key set, or none of its keys is usable.
std::size_t read_key_set(const json::Value& document, std::span<VerificationKey> keys);

}  // namespace postern::crypto
