// The question: RFC 7662 section 2.1.
#include <algorithm>

#include "core/base/assert.hpp"
#include "core/base/bytes.hpp"
#include "core/token/oauth2/client_authentication.hpp"
#include "core/token/oauth2/introspection.hpp"

namespace postern::token::oauth2 {
namespace {

constexpr std::string_view bearer = "Bearer ";
constexpr std::string_view token_member = "token=";
constexpr std::string_view hint_member = "&token_type_hint=access_token";
constexpr std::string_view client_id_member = "&client_id=";
constexpr std::string_view client_secret_member = "&client_secret=";
constexpr std::size_t encoded_bytes_per_byte = 3;

bool presents_token_itself(const config::Introspection& introspection) {
  return introspection.method == http::Method::Get &&
         introspection.mode == config::IntrospectionMode::Status &&
         introspection.client_auth == config::ClientAuth::None;
}

void write_form(ByteWriter& out, const config::Introspection& introspection,
                std::string_view token) {
  out.text(token_member);
  write_form_encoded(out, token);
  out.text(hint_member);
  if (introspection.client_auth != config::ClientAuth::ClientSecretPost) return;
  POSTERN_ASSERT(introspection.client_secret != nullptr);
  out.text(client_id_member);
  write_form_encoded(out, introspection.client_id);
  out.text(client_secret_member);
  write_form_encoded(out, as_text(introspection.client_secret->expose()));
}

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
  ByteWriter out(input.scratch);
  if (presents_token_itself(introspection)) {
    out.text(bearer);
    out.text(input.token);
    request.authorization = out.written();
  } else if (introspection.method == http::Method::Get) {
    out.text(url->target);
    const bool has_query = url->target.find('?') != std::string_view::npos;
    out.character(has_query ? '&' : '?');
    write_form(out, introspection, input.token);
    request.target = out.written();
  } else {
    write_form(out, introspection, input.token);
    request.body = out.written();
    request.content_type = "application/x-www-form-urlencoded";
  }
  if (!out.ok()) return Verification::undecided(ProviderError::RequestTooLarge);
  return Verification::ask(request);
}

std::size_t request_bytes_max(const config::Introspection& introspection, std::size_t token_bytes) {
  const std::size_t secret_bytes =
      introspection.client_secret == nullptr ? 0 : introspection.client_secret->size();
  const std::size_t target_bytes =
      std::max(introspection.url.target.size(), discovered_address_bytes_max);
  return target_bytes + 1 + token_member.size() + hint_member.size() + client_id_member.size() +
         client_secret_member.size() +
         encoded_bytes_per_byte * (token_bytes + introspection.client_id.size() + secret_bytes);
}

}  // namespace postern::token::oauth2
