// The question: RFC 7662 section 2.1.
#include <algorithm>
#include <optional>

#include "core/base/assert.hpp"
#include "core/base/bytes.hpp"
#include "core/token/oauth2/client_assertion.hpp"
#include "core/token/oauth2/client_authentication.hpp"
#include "core/token/oauth2/introspection.hpp"

namespace postern::token::oauth2 {
namespace {

constexpr std::string_view bearer = "Bearer ";
constexpr std::string_view token_member = "token=";
constexpr std::string_view hint_member = "&token_type_hint=access_token";
constexpr std::string_view client_id_member = "&client_id=";
constexpr std::string_view client_secret_member = "&client_secret=";
constexpr std::string_view assertion_members =
    "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
    "&client_assertion=";
constexpr std::size_t encoded_bytes_per_byte = 3;

bool presents_token_itself(const config::Introspection& introspection) {
  return introspection.method == http::Method::Get &&
         introspection.mode == config::IntrospectionMode::Status &&
         introspection.client_auth == config::ClientAuth::None;
}

std::string_view audience_of(const config::Provider& provider, const config::Url& url) {
  const config::ClientKey& key = *provider.introspection->client_key;
  if (!key.audience.empty()) return key.audience;
  return provider.issuer.empty() ? url.text : provider.issuer;
}

std::size_t json_bytes_max(const config::Provider& provider) {
  const config::Introspection& introspection = *provider.introspection;
  if (introspection.client_key == nullptr) return 0;
  const std::size_t audience_bytes =
      std::max(audience_of(provider, introspection.url).size(), discovered_address_bytes_max);
  return assertion_scratch_bytes(introspection.client_key->id.size(),
                                 introspection.client_id.size(), audience_bytes);
}

/// One request on its way into the scratch: the JSON of an assertion has its end to itself.
class RequestWriter {
 public:
  RequestWriter(const VerificationInput& input, const config::Url& url)
      : input_(input),
        provider_(input.provider.config()),
        introspection_(*provider_.introspection),
        url_(url),
        json_(input.scratch.last(std::min(input.scratch.size(), json_bytes_max(provider_)))),
        out(input.scratch.first(input.scratch.size() - json_.size())) {}

  /// Why there can be no request now.
  std::optional<ProviderError> write_form() {
    out.text(token_member);
    write_form_encoded(out, input_.token);
    out.text(hint_member);
    switch (introspection_.client_auth) {
      case config::ClientAuth::None:
      case config::ClientAuth::ClientSecretBasic:  // stands in the Authorization field
        break;
      case config::ClientAuth::ClientSecretPost:
        POSTERN_ASSERT(introspection_.client_secret != nullptr);
        write_client_id();
        out.text(client_secret_member);
        write_form_encoded(out, as_text(introspection_.client_secret->expose()));
        break;
      case config::ClientAuth::PrivateKeyJwt:
        return write_assertion();
      case config::ClientAuth::TlsClientAuth:  // the certificate proves it; RFC 8705 section 2
        write_client_id();
        break;
    }
    return {};
  }

 private:
  void write_client_id() {
    out.text(client_id_member);
    write_form_encoded(out, introspection_.client_id);
  }

  // RFC 7521 section 4.2. An assertion has dates: without the year there is none.
  std::optional<ProviderError> write_assertion() {
    POSTERN_ASSERT(introspection_.client_key != nullptr);
    if (input_.clock.trust == ClockTrust::Unknown) return ProviderError::ClockUnknown;
    write_client_id();
    out.text(assertion_members);
    const bool written = write_client_assertion(out,
                                                {.key = *introspection_.client_key,
                                                 .client_id = introspection_.client_id,
                                                 .audience = audience_of(provider_, url_),
                                                 .now = input_.clock.wall},
                                                json_);
    if (written) return {};
    return out.ok() ? ProviderError::NoMemory : ProviderError::RequestTooLarge;
  }

  const VerificationInput& input_;
  const config::Provider& provider_;
  const config::Introspection& introspection_;
  const config::Url& url_;
  const std::span<char> json_;

 public:
  ByteWriter out;
};

}  // namespace

Verification begin(const VerificationInput& input) {
  const config::Provider& provider = input.provider.config();
  POSTERN_ASSERT(provider.introspection.has_value());
  const config::Introspection& introspection = *provider.introspection;
  const config::Url* url = input.provider.address(Service::Introspection);
  if (url == nullptr) {
    return Verification::need(Document::Metadata,
                              Verification::undecided(ProviderError::NoMetadata));
  }
  ProviderRequest request;
  request.service = Service::Introspection;
  request.method = introspection.method;
  request.url = url;
  request.target = url->target;
  request.authorization = input.provider.authorization();
  request.accept = "application/json";
  RequestWriter writer(input, *url);
  ByteWriter& out = writer.out;
  std::optional<ProviderError> problem;
  if (presents_token_itself(introspection)) {
    out.text(bearer);
    out.text(input.token);
    request.authorization = out.written();
  } else if (introspection.method == http::Method::Get) {
    out.text(url->target);
    const bool has_query = url->target.find('?') != std::string_view::npos;
    out.character(has_query ? '&' : '?');
    problem = writer.write_form();
    request.target = out.written();
  } else {
    problem = writer.write_form();
    request.body = out.written();
    request.content_type = "application/x-www-form-urlencoded";
  }
  if (problem) return Verification::undecided(*problem);
  if (!out.ok()) return Verification::undecided(ProviderError::RequestTooLarge);
  return Verification::ask(request);
}

std::size_t request_bytes_max(const config::Provider& provider, std::size_t token_bytes) {
  const config::Introspection& introspection = *provider.introspection;
  const std::size_t json_bytes = json_bytes_max(provider);
  const std::size_t assertion_bytes =
      json_bytes == 0 ? 0 : assertion_members.size() + assertion_bytes_max(json_bytes) + json_bytes;
  const std::size_t secret_bytes =
      introspection.client_secret == nullptr ? 0 : introspection.client_secret->size();
  const std::size_t target_bytes =
      std::max(introspection.url.target.size(), discovered_address_bytes_max);
  return target_bytes + 1 + token_member.size() + hint_member.size() + client_id_member.size() +
         client_secret_member.size() + assertion_bytes +
         encoded_bytes_per_byte * (token_bytes + introspection.client_id.size() + secret_bytes);
}

}  // namespace postern::token::oauth2
