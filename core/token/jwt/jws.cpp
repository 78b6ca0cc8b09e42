#include "core/token/jwt/jws.hpp"

#include <algorithm>

#include "core/base/base64url.hpp"
#include "core/base/bytes.hpp"
#include "core/json/document.hpp"

namespace postern::token::jwt {
namespace {

constexpr json::ParseLimits header_limits{.text_bytes_max = header_bytes_max,
                                          .depth_max = header_depth_max,
                                          .values_max = header_values_max};

// A key that a token brings along proves nothing, an address it names is an attacker's, and no
// extension is understood here. Claims belong into the payload (RFC 7519 section 4.1): in the
// header they were read by nobody who verified.
constexpr std::string_view forbidden_names[] = {"crit", "jwk", "jku", "x5u", "x5c", "iss",
                                                "sub",  "aud", "exp", "nbf", "iat", "jti"};

Result<Jws, JwsError> read_header(const json::Value& header) {
  Jws jws;
  for (const std::string_view name : forbidden_names) {
    if (header.member(name).present()) return Failure{JwsError::ForbiddenName};
  }
  const auto algorithm = read_algorithm(header);
  if (!algorithm) return Failure{algorithm.error()};
  jws.algorithm = *algorithm;
  const json::Value kid = header.member("kid");
  if (kid.present()) {
    if (!kid.is(json::Type::String) || kid.text().size() > crypto::kid_bytes_max) {
      return Failure{JwsError::BadHeader};
    }
    jws.kid = kid.text();
  }
  const json::Value type = header.member("typ");
  if (type.present()) {
    if (!type.is(json::Type::String)) return Failure{JwsError::BadHeader};
    jws.type = type.text();
  }
  return jws;
}

}  // namespace

std::size_t header_arena_bytes() { return json::parse_arena_bytes(header_limits); }

bool looks_like_jws(std::string_view token) {
  return std::count(token.begin(), token.end(), '.') == 2 && token.front() != '.';
}

Result<crypto::SignatureAlgorithm, JwsError> read_algorithm(const json::Value& header) {
  const json::Value alg = header.member("alg");
  if (alg.present() && !alg.is(json::Type::String)) return Failure{JwsError::BadHeader};
  const auto algorithm = alg.present() ? crypto::signature_algorithm(alg.text()) : std::nullopt;
  if (!algorithm) return Failure{JwsError::BadAlgorithm};
  return *algorithm;
}

Result<JwsParts, JwsError> split_jws(std::string_view token, std::span<std::byte> scratch,
                                     Arena& arena) {
  const std::size_t first_dot = token.find('.');
  if (first_dot == std::string_view::npos) return Failure{JwsError::NotCompact};
  const std::size_t second_dot = token.find('.', first_dot + 1);
  // More dots are found as characters that base64url does not have.
  if (second_dot == std::string_view::npos) return Failure{JwsError::NotCompact};
  if (base64url_bytes(first_dot) > header_bytes_max) return Failure{JwsError::BadHeader};
  const auto header_bytes = decode_base64url(token.substr(0, first_dot), scratch);
  if (!header_bytes) return Failure{JwsError::NotCompact};
  const auto rest = scratch.subspan(header_bytes->size());
  const auto signature = decode_base64url(token.substr(second_dot + 1), rest);
  if (!signature) return Failure{JwsError::NotCompact};
  const auto header = json::parse(as_text(*header_bytes), arena, header_limits);
  if (!header || !header->is(json::Type::Object)) return Failure{JwsError::BadHeader};
  return JwsParts{*header, token.substr(0, second_dot),
                  token.substr(first_dot + 1, second_dot - first_dot - 1), *signature};
}

Result<Jws, JwsError> parse_jws(std::string_view token, std::span<std::byte> scratch,
                                Arena& arena) {
  const auto parts = split_jws(token, scratch, arena);
  if (!parts) return Failure{parts.error()};
  const auto read = read_header(parts->header);
  if (!read) return read;
  Jws jws = *read;
  jws.signed_text = parts->signed_text;
  jws.payload = parts->payload;
  jws.signature = parts->signature;
  return jws;
}

bool is_type(std::string_view type, std::string_view wanted) {
  constexpr std::string_view prefix = "application/";
  const auto without_prefix = [&](std::string_view text) {
    const bool has =
        text.size() > prefix.size() && equal_ignoring_case(text.substr(0, prefix.size()), prefix);
    return has ? text.substr(prefix.size()) : text;
  };
  return equal_ignoring_case(without_prefix(type), without_prefix(wanted));
}

}  // namespace postern::token::jwt
