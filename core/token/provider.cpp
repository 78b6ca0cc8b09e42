#include "core/token/provider.hpp"

#include "core/base/assert.hpp"
#include "core/base/bytes.hpp"
#include "core/config/url.hpp"
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
    case ProviderError::NoMetadata:
      return "provider-metadata";
    case ProviderError::NoKeys:
      return "provider-keys";
    case ProviderError::FactsTooLarge:
      return "facts-too-large";
    case ProviderError::RequestTooLarge:
      return "provider-request-too-large";
    case ProviderError::NoMemory:
      return "no-memory";
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

bool is_asked(const config::Provider& provider, Service service) {
  const bool discovers = provider.discovery && provider.discovery->used;
  switch (service) {
    case Service::Introspection:
      return provider.introspection && (provider.introspection->url.present() || discovers);
    case Service::KeySet:
      return provider.keys.remote();
    case Service::UserInfo:
      return provider.userinfo && (provider.userinfo->url.present() || discovers);
    case Service::Metadata:
      return discovers;
  }
  return false;
}

std::size_t Provider::memory_bytes(const config::Provider& config) {
  std::size_t bytes = 0;
  if (config.discovery && config.discovery->used) {
    bytes += discovered_service_count * sizeof(Discovered) + alignof(Discovered);
  }
  if (const config::Introspection* introspection = with_basic(config)) {
    bytes += oauth2::basic_authorization_bytes_max(introspection->client_id.size(),
                                                   introspection->client_secret->size());
  }
  return bytes;
}

Provider::Provider(const config::Provider& config, std::uint16_t index, Published& published,
                   Arena& arena)
    : config_(&config), published_(&published), index_(index) {
  if (config.discovery && config.discovery->used) {
    discovered_ = arena.take_array<Discovered>(discovered_service_count);
    POSTERN_ASSERT(!discovered_.empty());
  }
  const config::Introspection* introspection = with_basic(config);
  if (introspection == nullptr) return;
  ByteWriter out(arena.take_array<char>(oauth2::basic_authorization_bytes_max(
      introspection->client_id.size(), introspection->client_secret->size())));
  oauth2::write_basic_authorization(out, introspection->client_id,
                                    as_text(introspection->client_secret->expose()));
  POSTERN_ASSERT(out.ok());
  authorization_ = out.written();
}

const config::Url* Provider::address(Service service) const {
  const config::Url* said = nullptr;
  switch (service) {
    case Service::Introspection:
      if (config_->introspection) said = &config_->introspection->url;
      break;
    case Service::KeySet:
      said = &config_->keys.url;
      break;
    case Service::UserInfo:
      if (config_->userinfo) said = &config_->userinfo->url;
      break;
    case Service::Metadata:
      if (!config_->discovery) return nullptr;
      return second_metadata_place_ ? &config_->discovery->oauth : &config_->discovery->openid;
  }
  if (said != nullptr && said->present()) return said;
  const config::Url* found = discovered_place(service);
  return found != nullptr && found->present() ? found : nullptr;
}

const config::Url* Provider::discovered_place(Service service) const {
  const auto index = static_cast<std::size_t>(service);
  return index < discovered_.size() ? &discovered_[index].url : nullptr;
}

unsigned Provider::adopt_metadata() {
  if (discovered_.empty()) return 0;
  const std::uint32_t version = published_->address_version();
  if (version == address_version_) return 0;
  address_version_ = version;
  unsigned changed = 0;
  for (std::size_t i = 0; i < discovered_.size(); ++i) {
    std::array<char, discovered_address_bytes_max> text;
    const std::string_view address = published_->address(static_cast<Service>(i), text);
    Discovered& place = discovered_[i];
    if (address == place.url.text) continue;
    changed |= 1U << i;
    Arena memory(place.memory);
    const auto url = config::parse_url(address, memory);
    place.url = url ? *url : config::Url{};
  }
  return changed;
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
