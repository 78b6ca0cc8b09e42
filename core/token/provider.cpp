#include "core/token/provider.hpp"

#include "core/base/assert.hpp"
#include "core/base/bytes.hpp"
#include "core/token/oauth2/client_authentication.hpp"

namespace postern::token {

std::string_view name(ProviderError error) {
  switch (error) {
    case ProviderError::Unreachable:
      return "provider-unreachable";
    case ProviderError::TimedOut:
      return "provider-timeout";
    case ProviderError::BrokenAnswer:
      return "provider-broken-answer";
    case ProviderError::AnswerTooLarge:
      return "provider-answer-too-large";
    case ProviderError::CredentialsRefused:
      return "provider-refuses-us";
    case ProviderError::Throttled:
      return "provider-throttles";
    case ProviderError::Redirect:
      return "provider-redirects";
    case ProviderError::UnexpectedStatus:
      return "provider-status";
    case ProviderError::NotJson:
      return "provider-not-json";
    case ProviderError::NoVerdict:
      return "provider-no-verdict";
    case ProviderError::MalformedClaim:
      return "provider-malformed-claim";
    case ProviderError::FactsTooLarge:
      return "facts-too-large";
    case ProviderError::RequestTooLarge:
      return "provider-request-too-large";
    case ProviderError::ClockUnknown:
      return "clock";
  }
  return "";
}

namespace {

/// The introspection endpoint whose requests carry the gateway's credentials in a header, or null.
const config::Introspection* with_basic(const config::Provider& provider) {
  if (!provider.introspection) return nullptr;
  const config::Introspection& introspection = *provider.introspection;
  if (introspection.client_auth != config::ClientAuth::ClientSecretBasic) return nullptr;
  POSTERN_ASSERT(introspection.client_secret != nullptr);
  return &introspection;
}

}  // namespace

std::size_t Provider::memory_bytes(const config::Provider& config) {
  const config::Introspection* introspection = with_basic(config);
  if (introspection == nullptr) return 0;
  return oauth2::basic_authorization_bytes_max(introspection->client_id.size(),
                                               introspection->client_secret->size());
}

Provider::Provider(const config::Provider& config, std::uint16_t index, Arena& arena)
    : config_(&config), index_(index) {
  const config::Introspection* introspection = with_basic(config);
  if (introspection == nullptr) return;
  ByteWriter out(arena.take_array<char>(memory_bytes(config)));
  oauth2::write_basic_authorization(out, introspection->client_id,
                                    as_text(introspection->client_secret->expose()));
  POSTERN_ASSERT(out.ok());
  authorization_ = out.written();
}

bool Provider::note_fault(ProviderError error) {
  const bool is_news = fault_ != error;
  fault_ = error;
  return is_news;
}

bool Provider::note_answer() {
  const bool is_news = fault_.has_value();
  fault_.reset();
  return is_news;
}

}  // namespace postern::token
