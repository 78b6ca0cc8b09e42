#include <algorithm>
#include <optional>

#include "core/base/base64url.hpp"
#include "core/base/bytes.hpp"
#include "core/base/dates.hpp"
#include "core/crypto/digest.hpp"
#include "core/crypto/jwk.hpp"
#include "core/crypto/signature.hpp"
#include "core/http/method.hpp"
#include "core/token/dpop/proof.hpp"
#include "core/token/jwt/jws.hpp"
#include "core/token/numeric_date.hpp"

namespace postern::token::dpop {
namespace {

constexpr json::ParseLimits payload_limits{
    .text_bytes_max = proof_bytes_max, .depth_max = 4, .values_max = 64};

// Members of a JWK that hold a secret (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1).
constexpr std::string_view private_members[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};

/// The text of a member; nothing when it is missing, empty or no string.
std::optional<std::string_view> text_member(const json::Value& object, std::string_view name) {
  const json::Value value = object.member(name);
  if (!value.is(json::Type::String) || value.text().empty()) return {};
  return value.text();
}

/// One proof on its way. Each step says what is wrong, or nothing.
class Check {
 public:
  using Problem = std::optional<ProofError>;

  explicit Check(const ProofInput& input)
      : input_(input), scratch_(std::as_writable_bytes(input.scratch)) {}

  Result<Proof, ProofError> run() {
    for (const auto step : {&Check::find, &Check::split, &Check::check_header, &Check::check_key,
                            &Check::check_signature, &Check::read_payload, &Check::check_request,
                            &Check::check_freshness, &Check::check_token}) {
      if (const Problem problem = (this->*step)()) return Failure{*problem};
    }
    return proof_;
  }

 private:
  Problem find() {
    const std::size_t count = input_.head.fields.count(http::FieldKind::Dpop);
    if (count != 1) return count == 0 ? ProofError::Absent : ProofError::Several;
    text_ = input_.head.fields.only(http::FieldKind::Dpop)->value;
    return {};
  }

  Problem split() {
    if (text_.size() > proof_bytes_max) return ProofError::Malformed;
    const auto parts = jwt::split_jws(text_, scratch_, input_.arena);
    if (!parts) return ProofError::Malformed;
    parts_ = *parts;
    return {};
  }

  // An extension that must be understood (`crit`) is none that is understood here. Whatever else a
  // header may hold says nothing about a proof.
  Problem check_header() {
    const json::Value type = parts_.header.member("typ");
    if (!type.is(json::Type::String) || !jwt::is_type(type.text(), "dpop+jwt")) {
      return ProofError::WrongType;
    }
    if (parts_.header.member("crit").present()) return ProofError::Malformed;
    const auto algorithm = jwt::read_algorithm(parts_.header);
    if (!algorithm || !crypto::SignatureAlgorithms::asymmetric().contains(*algorithm)) {
      return ProofError::Algorithm;
    }
    algorithm_ = *algorithm;
    return {};
  }

  Problem check_key() {
    const json::Value jwk = parts_.header.member("jwk");
    for (const std::string_view name : private_members) {
      if (jwk.member(name).present()) return ProofError::BadKey;
    }
    const auto key = crypto::read_key(jwk);
    if (!key) return ProofError::BadKey;
    if (!key->algorithms.contains(algorithm_)) return ProofError::Algorithm;
    key_ = key->key;
    proof_.key = crypto::jwk_thumbprint(key_);
    if (!crypto::is_spelling_of(input_.key, proof_.key)) return ProofError::OtherKey;
    return {};
  }

  Problem check_signature() {
    switch (crypto::verify(key_, algorithm_, as_bytes(parts_.signed_text), parts_.signature)) {
      case crypto::SignatureVerdict::Valid:
        return {};
      case crypto::SignatureVerdict::Invalid:
        return ProofError::Signature;
      case crypto::SignatureVerdict::Undecided:
        break;
    }
    return ProofError::NoMemory;
  }

  Problem read_payload() {
    const auto payload = decode_base64url(parts_.payload, scratch_);
    if (!payload) return ProofError::Malformed;
    const auto claims = json::parse(as_text(*payload), input_.arena, payload_limits);
    if (!claims || !claims->is(json::Type::Object)) return ProofError::Malformed;
    claims_ = *claims;
    const auto id = text_member(claims_, "jti");
    const json::Value issued = claims_.member("iat");
    if (!id || id->size() > id_bytes_max || !text_member(claims_, "htm") ||
        !text_member(claims_, "htu") || !text_member(claims_, "ath") ||
        !issued.is(json::Type::Number)) {
      return ProofError::Malformed;
    }
    const auto date = parse_numeric_date(issued.number_text());
    if (!date) return ProofError::Malformed;
    issued_at_ = *date;
    proof_.id = *id;
    return {};
  }

  Problem check_request() {
    if (claims_.member("htm").text() != http::name(input_.head.method)) {
      return ProofError::OtherMethod;
    }
    // The payload's text was read; its bytes are scratch again.
    if (!is_same_uri(claims_.member("htu").text(), input_.uri, input_.scratch)) {
      return ProofError::OtherUri;
    }
    return {};
  }

  Problem check_freshness() {
    if (input_.nonces == nullptr) return check_date();
    const auto nonce = text_member(claims_, "nonce");
    if (!nonce) return ProofError::Nonce;
    switch (input_.nonces->age(*nonce, input_.clock.now, input_.max_age)) {
      case Nonces::Age::Unknown:
        return ProofError::Nonce;
      case Nonces::Age::Previous:
        proof_.nonce_is_old = true;
        return {};
      case Nonces::Age::Current:
        break;
    }
    return {};
  }

  Problem check_date() {
    const Dates holds{.from = WallTime{issued_at_.s - ahead_max.us / 1'000'000},
                      .until = WallTime{issued_at_.s + input_.max_age.us / 1'000'000 + 1}};
    // A clock that does not know the year could never say that a proof is too old.
    const ClockPolicy policy{.unknown = false, .floor = input_.clock_policy.floor};
    switch (date_verdict(input_.clock, holds, policy)) {
      case DateVerdict::Holds:
        return {};
      case DateVerdict::NotYet:
      case DateVerdict::Over:
        return ProofError::Time;
      case DateVerdict::ClockNotTrusted:
        break;
    }
    return ProofError::ClockUnknown;
  }

  Problem check_token() {
    const crypto::Thumbprint digest = crypto::sha256(as_bytes(input_.token));
    if (!crypto::is_spelling_of(claims_.member("ath").text(), digest)) {
      return ProofError::OtherToken;
    }
    return {};
  }

  const ProofInput& input_;
  const std::span<std::byte> scratch_;
  std::string_view text_;
  jwt::JwsParts parts_;
  crypto::SignatureAlgorithm algorithm_ = crypto::SignatureAlgorithm::ES256;
  crypto::PublicKey key_;
  json::Value claims_;
  WallTime issued_at_;
  Proof proof_;
};

}  // namespace

Result<Proof, ProofError> check_proof(const ProofInput& input) { return Check(input).run(); }

std::size_t arena_bytes() {
  return jwt::header_arena_bytes() + json::parse_arena_bytes(payload_limits);
}

std::string_view accepted_algorithms() {
  return "ES256 ES384 ES512 PS256 PS384 PS512 RS256 RS384 RS512 EdDSA";
}

std::string_view name(ProofError error) {
  switch (error) {
    case ProofError::Absent:
      return "dpop-absent";
    case ProofError::Several:
      return "dpop-several";
    case ProofError::Malformed:
      return "dpop-malformed";
    case ProofError::WrongType:
      return "dpop-type";
    case ProofError::Algorithm:
      return "dpop-algorithm";
    case ProofError::BadKey:
      return "dpop-key";
    case ProofError::OtherKey:
      return "dpop-other-key";
    case ProofError::Signature:
      return "dpop-signature";
    case ProofError::OtherMethod:
      return "dpop-method";
    case ProofError::OtherUri:
      return "dpop-uri";
    case ProofError::Nonce:
      return "dpop-nonce";
    case ProofError::Time:
      return "dpop-time";
    case ProofError::OtherToken:
      return "dpop-token";
    case ProofError::ClockUnknown:
      return "clock";
    case ProofError::NoMemory:
      return "no-memory";
  }
  return "";
}

}  // namespace postern::token::dpop
