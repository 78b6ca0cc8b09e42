#include "core/token/documents.hpp"

#include <array>

#include "core/base/bytes.hpp"
#include "core/config/url.hpp"
#include "core/json/document.hpp"
#include "core/token/media_type.hpp"

namespace postern::token {
namespace {

constexpr std::string_view address_names[discovered_service_count] = {
    "introspection_endpoint", "jwks_uri", "userinfo_endpoint"};
static_assert(static_cast<std::size_t>(Service::Introspection) == 0 &&
              static_cast<std::size_t>(Service::KeySet) == 1 &&
              static_cast<std::size_t>(Service::UserInfo) == 2);

// 169.254.0.0/16 and fe80::/10: where machines keep what nobody outside may see.
bool is_link_local(const Address& address) {
  if (address.family == Address::Family::V4) {
    return address.bytes[0] == 169 && address.bytes[1] == 254;
  }
  return address.family == Address::Family::V6 && address.bytes[0] == 0xFE &&
         (address.bytes[1] & 0xC0) == 0x80;
}

// The address as the document has it, or empty when it is not one to connect to.
std::string_view usable_address(const json::Value& value, const config::Provider& provider,
                                Arena& arena) {
  if (!value.is(json::Type::String)) return {};
  const std::string_view text = value.text();
  if (text.size() > discovered_address_bytes_max) return {};
  const auto url = config::parse_url(text, arena);
  if (!url) return {};
  if (!url->secure && provider.discovery->openid.secure) return {};  // a step down
  if (url->secure && provider.tls == nullptr) return {};             // nobody to trust
  const bool is_local = is_link_local(url->literal);
  return is_local && !is_link_local(provider.discovery->openid.literal) ? std::string_view{} : text;
}

std::optional<ProviderError> of_status(std::uint16_t status) {
  if (status == 200) return {};
  if (status == 401 || status == 403 || status == 407) return ProviderError::CredentialsRefused;
  if (status == 429) return ProviderError::Throttled;
  if (status >= 300 && status < 400) return ProviderError::Redirect;
  return ProviderError::UnexpectedStatus;
}

DocumentOutcome take_keys(Provider& provider, const json::Value& document,
                          const ProviderAnswer& answer, MonotonicTime now,
                          std::span<crypto::VerificationKey> keys) {
  const std::size_t count = crypto::read_key_set(document, keys);
  if (count == 0) return {.problem = ProviderError::NoKeys};
  return {.problem = {},
          .keys_gone = provider.published().publish_keys(keys.first(count), now, answer.max_age_s)};
}

DocumentOutcome take_metadata(Provider& provider, const json::Value& document, MonotonicTime now,
                              Arena& arena) {
  const json::Value issuer = document.member("issuer");
  if (!issuer.is(json::Type::String) || issuer.text() != provider.config().issuer) {
    return {.problem = ProviderError::NoMetadata};
  }
  std::array<std::string_view, discovered_service_count> addresses;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    addresses[i] = usable_address(document.member(address_names[i]), provider.config(), arena);
  }
  provider.published().publish_addresses(addresses, now);
  return {};
}

}  // namespace

ProviderRequest document_request(const Provider& provider, Document document) {
  ProviderRequest request;
  request.service = document == Document::Metadata ? Service::Metadata : Service::KeySet;
  request.method = http::Method::Get;
  request.url = provider.address(request.service);
  request.target = request.url->target;
  request.accept = document == Document::Metadata ? "application/json"
                                                  : "application/jwk-set+json, application/json";
  return request;
}

DocumentOutcome take_document(Provider& provider, Document document, const ProviderAnswer& answer,
                              MonotonicTime now, std::span<crypto::VerificationKey> keys,
                              Arena& arena) {
  if (const auto problem = of_status(answer.status)) {
    return {.problem = problem,
            .try_elsewhere =
                document == Document::Metadata && answer.status >= 400 && answer.status < 500};
  }
  const std::string_view type = document == Document::KeySet ? "application/jwk-set+json" : "";
  if (answer.content_encoded ||
      (!answer.content_type.empty() && !is_json(answer.content_type, type))) {
    return {.problem = ProviderError::NotJson};
  }
  const auto parsed = json::parse(answer.body, arena,
                                  {.text_bytes_max = answer.body.size(),
                                   .depth_max = document_depth_max,
                                   .values_max = document_values_max});
  if (!parsed || !parsed->is(json::Type::Object)) return {.problem = ProviderError::NotJson};
  return document == Document::KeySet ? take_keys(provider, *parsed, answer, now, keys)
                                      : take_metadata(provider, *parsed, now, arena);
}

}  // namespace postern::token
