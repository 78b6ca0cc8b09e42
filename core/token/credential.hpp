#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/config/config.hpp"
#include "core/http/head.hpp"

namespace postern::token {

/// Why a request carries no usable credential. Each line ends with what the client gets.
enum class CredentialError : std::uint8_t {
  Absent,     ///< No token in any configured place, or another scheme (Basic): 401, challenge
              ///< without `error`.
  Several,    ///< More than one token, or a field that may stand once stands twice: 400
              ///< `invalid_request`.
  Malformed,  ///< Not a b64token (RFC 6750 section 2.1); no provider is asked: 401 `invalid_token`.
  TooLong,    ///< Longer than `token_bytes`: 401 `invalid_token`.
};

/// Stable word for the access log.
std::string_view name(CredentialError error);

/// How a token was presented.
enum class Scheme : std::uint8_t {
  Bearer,  ///< As who holds it may use it: RFC 6750, and every place but Authorization.
  Dpop,    ///< With a proof that the client has the key it is bound to: RFC 9449 section 7.1.
};

struct Credential {
  std::string_view token;
  Scheme scheme = Scheme::Bearer;
};

/// `1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`, RFC 6750 section 2.1. O(length).
bool is_b64token(std::string_view text);

/// The token of an Authorization value with the scheme Bearer or DPoP, as a view into `value`
/// (nothing is copied). The scheme is matched without regard to case (RFC 9110 section 11.1); one
/// or more spaces follow it. O(length of `value`).
Result<Credential, CredentialError> authorization_token(std::string_view value,
                                                        std::size_t token_bytes_max);

/// The one token of a request, looked for in every configured place and nowhere else; never in a
/// body. `query` is the target's query without '?'. The result is a view into the request, or into
/// `scratch` when it stood percent-encoded in the query (a scratch as long as a token suffices).
/// O(bytes of fields and query).
Result<Credential, CredentialError> find_credential(std::span<const config::TokenSource> sources,
                                                    const http::Fields& fields,
                                                    std::string_view query,
                                                    std::size_t token_bytes_max,
                                                    std::span<char> scratch);

// Wherever a token may stand, it goes to the upstream only if `forward_authorization` says so.
// These leave it out otherwise.

/// The whole field is a place for tokens (Authorization, or a configured header), or a proof that
/// belongs to one (DPoP).
bool is_credential_field(std::span<const config::TokenSource> sources, const http::Field& field);

/// Appends a Cookie value without the configured cookies. Nothing is appended when none is left.
void write_cookie_without_credential(ByteWriter& out, std::span<const config::TokenSource> sources,
                                     std::string_view cookie);

/// Appends a query (without '?') without the configured members, the rest as it stands.
void write_query_without_credential(ByteWriter& out, std::span<const config::TokenSource> sources,
                                    std::string_view query);

}  // namespace postern::token
