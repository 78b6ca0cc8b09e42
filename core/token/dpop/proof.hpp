#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/arena.hpp"
#include "core/base/dates.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/crypto/thumbprint.hpp"
#include "core/http/head.hpp"
#include "core/token/dpop/nonces.hpp"

namespace postern::token::dpop {

/// Why a request does not prove that its client has the key that the token is bound to. Each line
/// ends with the challenge's error (401 all of them, but for the last two).
enum class ProofError : std::uint8_t {
  Absent,     ///< No DPoP field: `invalid_dpop_proof`, as all that is wrong with the proof itself.
  Several,    ///< More than one.
  Malformed,  ///< Not a JWS, or its header or payload is no object, or lacks a required member.
  WrongType,  ///< `typ` is not "dpop+jwt".
  Algorithm,  ///< `alg` is none with a public key, or not one of this `jwk`.
  BadKey,     ///< `jwk` is no public key that we accept, or it holds private parts.
  OtherKey,   ///< `jwk` is not the key that the token is bound to: `invalid_token`.
  Signature,  ///< The signature is not that of `jwk`.
  OtherMethod,   ///< `htm` is not the request's method.
  OtherUri,      ///< `htu` is not the request's URI.
  Nonce,         ///< `nonce` is not one of ours, or too old, or missing: `use_dpop_nonce`.
  Time,          ///< `iat` is too long ago, or in the future.
  OtherToken,    ///< `ath` is not the digest of the request's token.
  ClockUnknown,  ///< `iat` cannot be judged: 503 `clock`.
  NoMemory,      ///< Ours: the signature could not be checked: 503.
};
inline constexpr std::size_t proof_error_count = static_cast<std::size_t>(ProofError::NoMemory) + 1;

/// Stable word for the access log, such as "dpop-signature".
std::string_view name(ProofError error);

/// The request as its client meant it. RFC 9449 section 4.3: compared with `htu` after the
/// normalisation of RFC 3986 sections 6.2.2 and 6.2.3, without query.
struct RequestUri {
  bool secure = false;         ///< https towards the client.
  std::string_view authority;  ///< Host, with the port if one was said.
  std::string_view path;       ///< In normal form (http::normalize).
};

/// What a proof must fit.
struct ProofInput {
  const http::RequestHead& head;  ///< Method, and the DPoP field.
  RequestUri uri;
  std::string_view token;          ///< As it was presented.
  std::string_view key;            ///< The token's `cnf.jkt`: the thumbprint in base64url.
  Duration max_age;                ///< Longest life of a proof.
  const Nonces* nonces = nullptr;  ///< Null: no nonce is asked for, `iat` tells the age.
  const Clock& clock;
  const ClockPolicy& clock_policy;
  std::span<char> scratch;  ///< scratch_bytes long, or twice as long as the proof.
  Arena& arena;             ///< arena_bytes() long, and empty.
};

/// A proof that holds for this request, if it was not used before.
struct Proof {
  crypto::Thumbprint key;     ///< Of the client's key.
  std::string_view id;        ///< `jti`: never empty, at most id_bytes_max. In the arena.
  bool nonce_is_old = false;  ///< The client should be told the current one.
};

/// Bounds on a proof. A larger one is Malformed.
inline constexpr std::size_t proof_bytes_max = 4096;
inline constexpr std::size_t id_bytes_max = 256;
inline constexpr std::size_t scratch_bytes = 2 * proof_bytes_max;
std::size_t arena_bytes();

/// How far a client's clock may be ahead of ours where `iat` tells the age.
inline constexpr Duration ahead_max = seconds(10);
/// For how long one proof can hold: as long it must be remembered.
constexpr Duration proof_life(Duration max_age) { return max_age + ahead_max + seconds(1); }

/// Checks the request's proof: RFC 9449 section 4.3 in its order, but for one step: that `jwk` is
/// the token's key, which costs a digest, comes before the signature, which costs up to 2 ms, so
/// that nobody makes us check signatures of keys he made up. The payload is not looked at before
/// the signature was found good.
///
/// With `nonces`, the nonce proves that the proof is fresh, and `iat` may say anything: so it works
/// while the year is not known, and for clients that do not know it.
Result<Proof, ProofError> check_proof(const ProofInput& input);

/// Whether `htu` means `uri`. `scratch`: as long as `htu` and one byte.
bool is_same_uri(std::string_view htu, const RequestUri& uri, std::span<char> scratch);

/// What a challenge says we accept: names of algorithms, separated by spaces.
std::string_view accepted_algorithms();

}  // namespace postern::token::dpop
