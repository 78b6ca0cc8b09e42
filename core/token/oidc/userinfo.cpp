#include "core/token/oidc/userinfo.hpp"

#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/json/document.hpp"
#include "core/token/confirmation.hpp"
#include "core/token/jwt/jws.hpp"
#include "core/token/jwt/jwt.hpp"
#include "core/token/media_type.hpp"
#include "core/token/oauth2/introspection.hpp"
#include "core/token/oidc/message.hpp"

namespace postern::token::oidc {
namespace {

bool is_verified_here(const VerificationInput& input) {
  const config::Provider& provider = input.provider.config();
  return provider.userinfo->verify_locally && provider.has_keys() &&
         jwt::looks_like_jws(input.token);
}

}  // namespace

/// Turns an answer into a verdict. The name is what VerifierKey knows.
class UserInfo {
 public:
  UserInfo(const VerificationInput& input, const ProviderAnswer& answer)
      : input_(input), answer_(answer), provider_(input.provider.config()) {}

  Verification verdict() {
    if (answer_.status != 200) return of_status();
    const bool may_be_json = is_json(answer_.content_type) || answer_.content_type.empty();
    if (answer_.content_encoded || !may_be_json) return fault(ProviderError::NotJson);
    jwt::VerifiedClaims token;  // none where it is not verified here
    if (is_verified_here(input_)) {
      const auto verified = jwt::verify_token(input_);
      if (!verified) return verified.error();
      token = *verified;
    }
    const auto document = json::parse(answer_.body, input_.json_arena,
                                      {.text_bytes_max = input_.config.limits.provider_answer_bytes,
                                       .depth_max = oauth2::answer_depth_max,
                                       .values_max = oauth2::answer_values_max});
    if (!document || !document->is(json::Type::Object)) return fault(ProviderError::NotJson);
    const json::Value subject = document->member("sub");
    if (!subject.is(json::Type::String) || subject.text().empty()) {
      return fault(ProviderError::NoVerdict);
    }
    if (token.claims.present()) {
      const json::Value meant = token.claims.member("sub");
      if (!meant.is(json::Type::String) || meant.text() != subject.text()) {
        return Verification::refused(Refusal::WrongSubject, provider_.negative_ttl);
      }
    }
    return verified_facts(VerifierKey(), input_, *document, token.times,
                          input_.scratch.subspan(input_.token.size()),
                          fault(ProviderError::FactsTooLarge), token.claims);
  }

 private:
  [[nodiscard]] Verification fault(ProviderError error) const {
    return Verification::undecided(error, answer_.retry_after_s.value_or(retry_after_default_s));
  }

  [[nodiscard]] Verification of_status() {
    const std::uint16_t status = answer_.status;
    if (status < 300) return fault(ProviderError::UnexpectedStatus);
    if (status < 400) return fault(ProviderError::Redirect);
    // About our own request, or said by a proxy on the way: nothing for the client.
    if (status == 407) return fault(ProviderError::CredentialsRefused);
    if (status == 405 || status == 426) return fault(ProviderError::UnexpectedStatus);
    const std::string_view message =
        refusal_message(*provider_.userinfo, answer_, input_.scratch, input_.json_arena);
    Verification passed = Verification::passed(
        status, message, answer_.retry_after_s.value_or(retry_after_default_s));
    // What is remembered has no message, so one that was asked for is asked for every time.
    const bool has_message = provider_.userinfo->message_from != config::MessageFrom::Nowhere;
    if (status == 401 && !has_message) passed.lifetime = provider_.negative_ttl;
    return passed;
  }

  const VerificationInput& input_;
  const ProviderAnswer& answer_;
  const config::Provider& provider_;
};

Verification begin(const VerificationInput& input) {
  const config::Provider& provider = input.provider.config();
  if (is_verified_here(input)) {
    const auto token = jwt::verify_token(input);
    if (!token) return token.error();
    // The provider would want the client's proof, which the client made for us and not for it.
    if (is_bound(token->claims))
      return Verification::refused(Refusal::Bound, provider.negative_ttl);
  }
  const config::Url* url = input.provider.address(Service::UserInfo);
  if (url == nullptr) {
    return Verification::need(Document::Metadata,
                              Verification::undecided(ProviderError::NoMetadata));
  }
  ByteWriter out(input.scratch);
  out.text("Bearer ");
  out.text(input.token);
  if (!out.ok()) return Verification::undecided(ProviderError::RequestTooLarge);
  ProviderRequest request;
  request.service = Service::UserInfo;
  request.method = provider.userinfo->method;
  request.url = url;
  request.target = url->target;
  request.authorization = out.written();
  request.accept = "application/json";
  return Verification::ask(request);
}

Verification answered(const VerificationInput& input, const ProviderAnswer& answer) {
  return UserInfo(input, answer).verdict();
}

}  // namespace postern::token::oidc
