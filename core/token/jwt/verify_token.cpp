// From a token to verified claims.
#include <algorithm>

#include "core/base/base64url.hpp"
#include "core/base/bytes.hpp"
#include "core/base/dates.hpp"
#include "core/token/confirmation.hpp"
#include "core/token/jwt/jws.hpp"
#include "core/token/jwt/jwt.hpp"

namespace postern::token::jwt {
namespace {

using crypto::SignatureVerdict;

// Names of the JOSE header: in a payload they are an attempt to be read as one. Not `typ`, which a
// widely used provider writes there.
constexpr std::string_view header_names[] = {"alg", "jku", "jwk", "kid", "x5c", "x5t", "x5u"};

json::ParseLimits payload_limits(std::size_t token_bytes) {
  return {.text_bytes_max = base64url_bytes(token_bytes) + 1,
          .depth_max = payload_depth_max,
          .values_max = payload_values_max};
}

/// One token on its way.
class Check {
 public:
  explicit Check(const VerificationInput& input)
      : input_(input), provider_(input.provider.config()) {}

  Result<VerifiedClaims, Verification> run() {
    const std::span<std::byte> scratch = std::as_writable_bytes(input_.scratch);
    const auto jws = parse_jws(input_.token, scratch, input_.json_arena);
    if (!jws) {
      return at_once(jws.error() == JwsError::BadAlgorithm ? Refusal::Algorithm
                                                           : Refusal::Malformed);
    }
    if (!provider_.algorithms.contains(jws->algorithm)) return at_once(Refusal::Algorithm);
    if (!has_right_type(jws->type)) return at_once(Refusal::WrongType);
    if (const auto problem = check_signature(*jws)) return Failure{*problem};
    // The header and the signature are not needed any more.
    const auto payload = decode_base64url(jws->payload, scratch);
    if (!payload) return remembered(Refusal::Malformed);
    const auto claims = json::parse(as_text(*payload), input_.json_arena,
                                    payload_limits(input_.config.limits.token_bytes));
    if (!claims || !claims->is(json::Type::Object)) return remembered(Refusal::Malformed);
    const auto times = read_times(*claims);
    if (!times) return remembered(Refusal::Malformed);
    if (const auto problem = check_claims(*claims, *times)) return Failure{*problem};
    return VerifiedClaims{*claims, *times};
  }

 private:
  // Refused for little work: not worth a place in the cache.
  static Failure<Verification> at_once(Refusal refusal) {
    return Failure{Verification::refused(refusal, {})};
  }
  [[nodiscard]] Failure<Verification> remembered(Refusal refusal) const {
    return Failure{Verification::refused(refusal, provider_.negative_ttl)};
  }

  [[nodiscard]] bool has_right_type(std::string_view type) const {
    if (!provider_.type.empty()) return is_type(type, provider_.type);
    constexpr std::string_view suffix = "+jwt";
    const bool is_kind_of_jwt =
        type.size() > suffix.size() &&
        equal_ignoring_case(type.substr(type.size() - suffix.size()), suffix);
    return !is_kind_of_jwt || is_type(type, "at+jwt");
  }

  // Nothing: it is valid.
  std::optional<Verification> check_signature(const Jws& jws) {
    if (crypto::SignatureAlgorithms::symmetric().contains(jws.algorithm)) {
      if (provider_.hmac_secret == nullptr) {
        return Verification::refused(Refusal::Algorithm, {});
      }
      return of_verdict(crypto::verify_mac(provider_.hmac_secret->expose(), jws.algorithm,
                                           as_bytes(jws.signed_text), jws.signature));
    }
    std::optional<crypto::KeyName> kid;
    if (jws.kid) kid = crypto::key_name(*jws.kid);
    KeyCandidates candidates;
    find_keys(kid ? &*kid : nullptr, jws.algorithm, candidates);
    if (candidates.count == 0) return without_key(kid);
    if (candidates.too_many) return Verification::refused(Refusal::UnknownKey, {});
    for (std::size_t i = 0; i < candidates.count; ++i) {
      const SignatureVerdict verdict = crypto::verify(candidates.keys[i], jws.algorithm,
                                                      as_bytes(jws.signed_text), jws.signature);
      if (verdict != SignatureVerdict::Invalid) return of_verdict(verdict);
    }
    const Verification forged = Verification::refused(Refusal::Signature, provider_.negative_ttl);
    // A token that names no key may be from a newer one.
    return kid || !provider_.keys.remote() ? forged : unless_newer_keys(kid, forged);
  }

  // A file's keys serve for good, or until the first were fetched.
  [[nodiscard]] bool uses_file() const {
    return !provider_.keys.remote() || !input_.provider.published().was_fetched(Document::KeySet);
  }

  void find_keys(const crypto::KeyName* kid, crypto::SignatureAlgorithm algorithm,
                 KeyCandidates& candidates) const {
    if (uses_file()) {
      select_keys(provider_.keys.fixed, kid, algorithm, candidates);
    } else {
      input_.provider.published().find_keys(kid, algorithm, input_.clock.now, candidates);
    }
  }

  [[nodiscard]] std::optional<Verification> of_verdict(SignatureVerdict verdict) const {
    switch (verdict) {
      case SignatureVerdict::Valid:
        return {};
      case SignatureVerdict::Invalid:
        return Verification::refused(Refusal::Signature, provider_.negative_ttl);
      case SignatureVerdict::Undecided:
        break;
    }
    return Verification::undecided(ProviderError::NoMemory);
  }

  // No key could have signed the token. Is that because the keys are old, or because of the token?
  [[nodiscard]] Verification without_key(const std::optional<crypto::KeyName>& kid) {
    const Verification unknown = Verification::refused(Refusal::UnknownKey, {});
    if (!provider_.keys.remote()) return unknown;
    Published& published = input_.provider.published();
    const MonotonicTime now = input_.clock.now;
    const bool has_keys = uses_file()
                              ? !provider_.keys.fixed.empty()
                              : published.state(Document::KeySet, now) != Published::State::Absent;
    if (!has_keys) {
      const Document next = missing_document();
      const Duration wait = published.time_to_fetch(next, now);
      return Verification::need(
          next, Verification::undecided(
                    next == Document::Metadata ? ProviderError::NoMetadata : ProviderError::NoKeys,
                    static_cast<std::uint32_t>(
                        std::min<std::int64_t>(wait.us / 1'000'000 + 1, retry_after_max_s))));
    }
    return unless_newer_keys(kid, unknown);
  }

  // `refusal`, unless keys newer than ours may be had. REQUIRES: keys are fetched from somewhere.
  [[nodiscard]] Verification unless_newer_keys(const std::optional<crypto::KeyName>& kid,
                                               const Verification& refusal) const {
    Published& published = input_.provider.published();
    const MonotonicTime now = input_.clock.now;
    const Document next = missing_document();
    // What is on its way may bring the key, whoever it is fetched for: after a rotation many tokens
    // come at once.
    if (published.is_being_fetched(next, now)) return Verification::need(next, refusal);
    if (!published.may_fetch(next, now)) return refusal;
    if (kid) {
      if (published.was_asked_for(*kid, now)) return refusal;
      published.note_asked_for(*kid, now);
    }
    return Verification::need(next, refusal);
  }

  // What must be fetched to get (newer) keys.
  [[nodiscard]] Document missing_document() const {
    return input_.provider.address(Service::KeySet) == nullptr ? Document::Metadata
                                                               : Document::KeySet;
  }

  // Nothing: they hold. RFC 7519 section 4.1.
  [[nodiscard]] std::optional<Verification> check_claims(const json::Value& claims,
                                                         const TokenTimes& times) const {
    const auto refused = [this](Refusal refusal) { return remembered(refusal).error; };
    for (const std::string_view name : header_names) {
      if (claims.member(name).present()) return refused(Refusal::Malformed);
    }
    if (!times.expires_at) return refused(Refusal::Malformed);
    if (times.issued_at && *times.issued_at > *times.expires_at) {
      return refused(Refusal::Malformed);
    }
    // Nothing sorts before a date: the later of two that may be absent.
    const Dates dates{.from = std::max(times.not_before, times.issued_at),
                      .until = times.expires_at};
    switch (
        date_verdict(input_.clock, dates.widened(provider_.leeway), input_.config.clock.tokens)) {
      case DateVerdict::Holds:
        break;
      case DateVerdict::Over:
        return refused(Refusal::Expired);
      case DateVerdict::NotYet:
        return Verification::refused(Refusal::NotYetValid, {});  // soon: not remembered
      case DateVerdict::ClockNotTrusted:
        return Verification::undecided(ProviderError::ClockUnknown);
    }
    if (!provider_.issuer.empty()) {
      const json::Value issuer = claims.member("iss");
      if (!issuer.is(json::Type::String) || issuer.text() != provider_.issuer) {
        return refused(Refusal::WrongIssuer);
      }
    }
    if (!can_be_proved(claims)) return refused(Refusal::Bound);
    return {};
  }

  const VerificationInput& input_;
  const config::Provider& provider_;
};

}  // namespace

Result<VerifiedClaims, Verification> verify_token(const VerificationInput& input) {
  return Check(input).run();
}

// Real tokens have no more values than one for six bytes. A denser one finds no memory, and is
// refused as one with too many is.
std::size_t arena_bytes_max(std::size_t token_bytes) {
  json::ParseLimits payload = payload_limits(token_bytes);
  payload.values_max = std::min(payload.values_max, payload.text_bytes_max / 6);
  return header_arena_bytes() + json::parse_arena_bytes(payload);
}

std::size_t scratch_bytes_max(std::size_t token_bytes, std::size_t facts_bytes) {
  return token_bytes + facts_bytes;
}

}  // namespace postern::token::jwt
