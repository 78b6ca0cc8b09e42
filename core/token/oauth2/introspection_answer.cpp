// The answer: RFC 7662 section 2.2. The table in introspection.hpp says what each one means.
#include "core/base/bytes.hpp"
#include "core/base/dates.hpp"
#include "core/json/document.hpp"
#include "core/token/claims.hpp"
#include "core/token/confirmation.hpp"
#include "core/token/media_type.hpp"
#include "core/token/oauth2/introspection.hpp"

namespace postern::token::oauth2 {

/// Turns an answer into a verdict. The name is what VerifierKey knows: facts are made here alone.
class Introspection {
 public:
  Introspection(const VerificationInput& input, const ProviderAnswer& answer)
      : input_(input),
        answer_(answer),
        provider_(input.provider.config()),
        status_mode_(provider_.introspection->mode == config::IntrospectionMode::Status) {}

  Verification verdict() {
    if (answer_.status != 200) return of_status();
    if (answer_.content_encoded) return fault(ProviderError::NotJson);
    const bool says_json = is_json(answer_.content_type);
    const bool may_be_json = says_json || answer_.content_type.empty();
    if (!may_be_json && !status_mode_) return fault(ProviderError::NotJson);
    const auto document = json::parse(answer_.body, input_.json_arena,
                                      {.text_bytes_max = input_.config.limits.provider_answer_bytes,
                                       .depth_max = answer_depth_max,
                                       .values_max = answer_values_max});
    if (!document || !document->is(json::Type::Object)) {
      // A legacy endpoint may say "OK" or nothing; but what tries to be an object must be one.
      const bool plain = status_mode_ && !says_json && !begins_like_an_object();
      return plain ? valid({}, {}) : fault(ProviderError::NotJson);
    }
    return of_object(*document, may_be_json);
  }

 private:
  [[nodiscard]] Verification fault(ProviderError error) const {
    return Verification::undecided(error, answer_.retry_after_s.value_or(retry_after_default_s));
  }
  [[nodiscard]] Verification refused(Refusal refusal) const {
    return Verification::refused(refusal, provider_.negative_ttl);
  }

  [[nodiscard]] Verification of_status() const {
    const std::uint16_t status = answer_.status;
    if (status == 429) return fault(ProviderError::Throttled);
    if (status == 401 || status == 403) {
      // With credentials of ours it is those that were refused, not the token.
      const bool ours = provider_.introspection->client_auth != config::ClientAuth::None;
      return status_mode_ && !ours ? refused(Refusal::Inactive)
                                   : fault(ProviderError::CredentialsRefused);
    }
    if (status >= 300 && status < 400) return fault(ProviderError::Redirect);
    if (status_mode_ && status >= 400 && status < 500 && status != 408) {
      return refused(Refusal::Inactive);
    }
    return fault(ProviderError::UnexpectedStatus);
  }

  [[nodiscard]] bool begins_like_an_object() const {
    const std::size_t first = answer_.body.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && answer_.body[first] == '{';
  }

  Verification of_object(const json::Value& object, bool has_claims) {
    const json::Value active = object.member("active");
    switch (active.type()) {
      case json::Type::Absent:
      case json::Type::Null:
        if (!status_mode_) return fault(ProviderError::NoVerdict);
        break;
      case json::Type::Boolean:
        if (!active.boolean()) return refused(Refusal::Inactive);
        break;
      default:
        return fault(ProviderError::NoVerdict);
    }
    return has_claims ? of_claims(object) : valid({}, {});
  }

  Verification of_claims(const json::Value& object) {
    if (!can_be_proved(object)) return refused(Refusal::Bound);
    const json::Value type = object.member("token_type");
    if (type.is(json::Type::String)) {
      // RFC 9449 section 6.2: with this type `cnf` says which key.
      const bool has_key = object.member("cnf").member("jkt").present();
      if (equal_ignoring_case(type.text(), "DPoP") && !has_key) return refused(Refusal::Bound);
      if (equal_ignoring_case(type.text(), "refresh_token")) return refused(Refusal::WrongType);
    }
    const json::Value issuer = object.member("iss");
    if (!provider_.issuer.empty() && issuer.present() && !issuer.is(json::Type::Null)) {
      if (!issuer.is(json::Type::String)) return fault(ProviderError::MalformedClaim);
      if (issuer.text() != provider_.issuer) return refused(Refusal::WrongIssuer);
    }
    const auto times = read_times(object);
    if (!times) return fault(ProviderError::MalformedClaim);
    if (times->expires_at && is_over(input_.clock, *times->expires_at)) {
      return refused(Refusal::Expired);
    }
    return valid(object, *times);
  }

  Verification valid(const json::Value& claims, const TokenTimes& times) {
    return verified_facts(VerifierKey(), input_, claims, times, input_.scratch,
                          fault(ProviderError::FactsTooLarge));
  }

  const VerificationInput& input_;
  const ProviderAnswer& answer_;
  const config::Provider& provider_;
  const bool status_mode_;
};

Verification answered(const VerificationInput& input, const ProviderAnswer& answer) {
  return Introspection(input, answer).verdict();
}

}  // namespace postern::token::oauth2
