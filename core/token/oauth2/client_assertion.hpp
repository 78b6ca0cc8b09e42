#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "core/base/base64url.hpp"
#include "core/base/bytes.hpp"
#include "core/base/time.hpp"
#include "core/config/config.hpp"
#include "core/crypto/signing.hpp"

namespace postern::token::oauth2 {

/// For how long an assertion says that it is good: long enough for a request to arrive at a
/// provider whose clock is a little behind ours.
inline constexpr Duration assertion_life = seconds(60);

/// What one assertion says.
struct ClientAssertion {
  const config::ClientKey& key;
  std::string_view client_id;
  std::string_view audience;
  WallTime now;
};

/// Appends a client assertion: a JWT that proves who the gateway is (private_key_jwt, RFC 7523
/// section 3, OpenID Connect Core section 9), valid for assertion_life and with a `jti` of its own.
/// Each request gets a new one: providers take one `jti` once. False: no memory or no randomness to
/// sign with, or no room; `out` then holds nothing usable. `scratch`: for its
/// JSON, assertion_scratch_bytes().
/// Takes as long as crypto::sign().
[[nodiscard]] bool write_client_assertion(ByteWriter& out, const ClientAssertion& assertion,
                                          std::span<char> scratch);

/// Upper bound of the JSON of an assertion, for the `kid`, the client_id and an audience of so many
/// bytes: any character may need an escape, and client_id stands there twice.
constexpr std::size_t assertion_scratch_bytes(std::size_t kid_bytes, std::size_t client_id_bytes,
                                              std::size_t audience_bytes) {
  return 256 + 6 * (kid_bytes + 2 * client_id_bytes + audience_bytes);
}

/// Upper bound of what write_client_assertion() appends when its JSON takes so many bytes.
constexpr std::size_t assertion_bytes_max(std::size_t scratch_bytes) {
  return base64url_text_bytes(scratch_bytes) + base64url_text_bytes(crypto::signature_bytes_max) +
         4;
}

}  // namespace postern::token::oauth2
