#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/arena.hpp"
#include "core/base/result.hpp"
#include "core/crypto/jwk.hpp"
#include "core/crypto/signature.hpp"
#include "core/json/document.hpp"

namespace postern::token::jwt {

/// Bounds on a JOSE header, beside the token's own length.
inline constexpr std::size_t header_bytes_max = 2048;
inline constexpr std::size_t header_depth_max = 4;
inline constexpr std::size_t header_values_max = 64;

/// Why a text is not a token in JWS compact form that could ever be accepted.
enum class JwsError : std::uint8_t {
  NotCompact,     ///< Not three parts, or not base64url in its one spelling.
  BadHeader,      ///< The header is not one JSON object with unique members, or a member of it that
                  ///< is read here has a wrong type.
  BadAlgorithm,   ///< `alg` is absent, "none", or none of ours.
  ForbiddenName,  ///< The header has `crit` (no extension is known here), brings or names a key
                  ///< (`jwk`, `jku`, `x5u`, `x5c`), or a claim (RFC 8725 section 2.3 and later).
};

/// A token taken apart (RFC 7515 section 7.1): views into it and into the memory given to parse().
/// Nothing of the payload was looked at: it is decoded once the signature has been verified.
struct Jws {
  crypto::SignatureAlgorithm algorithm = crypto::SignatureAlgorithm::RS256;
  std::optional<std::string_view> kid;  ///< At most crypto::kid_bytes_max long.
  std::string_view type;                ///< `typ`, decoded; empty when absent.
  std::string_view signed_text;         ///< Header, dot, payload as they stand in the token.
  std::string_view payload;             ///< As it stands: base64url.
  std::span<const std::byte> signature;
};

/// The parts of a token, before anything of them is believed.
struct JwsParts {
  json::Value header;  ///< An object with unique members, in the arena.
  std::string_view signed_text;
  std::string_view payload;
  std::span<const std::byte> signature;
};

/// Three parts with two dots: what may be a JWS, as opposed to an opaque token.
bool looks_like_jws(std::string_view token);

/// Takes `token` apart; NotCompact and BadHeader are the only errors. `scratch`: as long as the
/// token. `arena`: header_arena_bytes().
Result<JwsParts, JwsError> split_jws(std::string_view token, std::span<std::byte> scratch,
                                     Arena& arena);

/// `alg` of a header.
Result<crypto::SignatureAlgorithm, JwsError> read_algorithm(const json::Value& header);

/// Takes `token` apart and reads its header. `scratch` and `arena`: as split_jws().
Result<Jws, JwsError> parse_jws(std::string_view token, std::span<std::byte> scratch, Arena& arena);

/// Arena that split_jws() needs at most.
std::size_t header_arena_bytes();

/// `type` says `wanted`: media types without regard to case, and "application/" may be left out
/// (RFC 7515 section 4.1.9).
bool is_type(std::string_view type, std::string_view wanted);

}  // namespace postern::token::jwt
