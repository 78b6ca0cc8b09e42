#include <new>

#include "core/config/loader.hpp"
#include "core/config/tables.hpp"
#include "core/config/url.hpp"

namespace postern::config {

void Loader::load_providers(const Spot& map) {
  if (!map.value().is(json::Type::Object)) return;
  providers_ = take<Provider>(map.size());
  std::size_t count = 0;
  map.for_each([&](const Spot& spot) {
    if (count == providers_.size()) return;
    Provider& provider = providers_[count++];
    provider.name = keep(spot.value().name());
    provider.issuer = printable(spot.member("issuer"));
    const Spot timeouts = spot.member("timeouts");
    provider.connect_timeout = ms(timeouts, tables::provider_timeout_members, "connect_ms");
    provider.response_timeout = ms(timeouts, tables::provider_timeout_members, "response_ms");
    const Spot cache = spot.member("cache");
    const auto life = [&](std::string_view name) {
      return seconds(number(cache, tables::cache_members, name));
    };
    provider.max_ttl = life("max_ttl_s");
    provider.negative_ttl = life("negative_ttl_s");
    provider.safety_margin = life("safety_margin_s");
    const Spot introspection = spot.member("introspection");
    if (!introspection.value().is(json::Type::Object)) return;
    load_introspection(introspection, provider.introspection.emplace());
  });
  config_->providers = providers_;
}

void Loader::load_introspection(const Spot& spot, Introspection& introspection) {
  const Spot where = spot.member("url");
  if (where.value().is(json::Type::String)) {
    const auto url = parse_url(where.text(), arena_);
    if (url) {
      introspection.url = *url;
    } else {
      const UrlAdvice says = advice(url.error());
      report_.add(where, {Shown(where.value()), ": ", says.problem}, {says.remedy});
    }
  }
  introspection.method = word_index(spot.member("method"), tables::introspection_methods, 0) == 0
                             ? http::Method::Post
                             : http::Method::Get;
  introspection.mode = static_cast<IntrospectionMode>(
      word_index(spot.member("mode"), tables::introspection_modes, 0));
  load_credentials(spot, introspection);
}

// What of the gateway's own credentials must be there follows from how it authenticates.
void Loader::load_credentials(const Spot& spot, Introspection& introspection) {
  const Spot id = spot.member("client_id");
  const Spot file = spot.member("client_secret_file");
  const auto standard = id.present() ? ClientAuth::ClientSecretBasic : ClientAuth::None;
  introspection.client_auth = static_cast<ClientAuth>(word_index(
      spot.member("client_auth"), tables::client_auths, static_cast<std::size_t>(standard)));
  if (introspection.client_auth == ClientAuth::None) {
    for (const Spot& unused : {id, file}) {
      if (!unused.present()) continue;
      report_.add(unused, {"is not used with client_auth none"},
                  {"take it out, or write client_auth client_secret_basic"});
    }
    return;
  }
  if (!id.present()) {
    report_.add(id, {"is missing"}, {"add the name of this gateway at the provider"});
  }
  if (!file.present()) {
    report_.add(file, {"is missing"}, {"add the name of the file that holds the client secret"});
  }
  if (introspection.client_auth == ClientAuth::ClientSecretPost &&
      introspection.method == http::Method::Get) {
    report_.add(spot.member("client_auth"), {"client_secret_post cannot be used with GET"},
                {"write method POST, or client_auth client_secret_basic"});
  }
  introspection.client_id = printable(id);
  introspection.client_secret = load_secret(file);
}

// Null when it cannot be had.
const ClientSecret* Loader::load_secret(const Spot& file) {
  if (!file.value().is(json::Type::String)) return nullptr;
  void* place = arena_.take(sizeof(ClientSecret), alignof(ClientSecret));
  no_memory_ |= place == nullptr;
  if (place == nullptr) return nullptr;
  auto* secret = new (place) ClientSecret;
  const Shown name(file.value());
  switch (secrets_.read(file.text(), *secret)) {
    case SecretProblem::None:
      return secret;
    case SecretProblem::Missing:
      report_.add(file, {"there is no file ", name},
                  {"create it with the client secret in it; names are relative to this file"});
      break;
    case SecretProblem::Unreadable:
      report_.add(file, {"the file ", name, " cannot be read"},
                  {"let the user that postern runs as own it"});
      break;
    case SecretProblem::Exposed:
      report_.add(file, {"the file ", name, " can be read or written by others"}, {"chmod 600 it"});
      break;
    case SecretProblem::Empty:
      report_.add(file, {"the file ", name, " is empty"}, {"write the client secret into it"});
      break;
    case SecretProblem::TooLong:
      report_.add(file, {"the file ", name, " is too long"},
                  {"at most ", Shown(secret_bytes_max), " bytes"});
      break;
  }
  return nullptr;
}

}  // namespace postern::config
