// What a provider must have for the way its tokens are verified, and what of it the provider's
// metadata can say.
#include <array>

#include "core/base/bytes.hpp"
#include "core/config/loader.hpp"
#include "core/config/url.hpp"

namespace postern::config {
namespace {

constexpr std::string_view openid_suffix = "/.well-known/openid-configuration";
constexpr std::string_view oauth_infix = "/.well-known/oauth-authorization-server";
constexpr std::size_t issuer_bytes_max = 512;

}  // namespace

// An issuer that is a URL says where its metadata is (OpenID Connect Discovery 1.0 section 4, RFC
// 8414 section 3.1). One that is not is still a good name, and no finding.
void Loader::find_metadata(Provider& provider) {
  std::string_view issuer = provider.issuer;
  if (issuer.size() > issuer_bytes_max || issuer.find('?') != std::string_view::npos) return;
  const auto parsed = parse_url(issuer, arena_);
  if (!parsed) return;
  if (issuer.ends_with('/')) issuer.remove_suffix(1);
  std::string_view path = parsed->target;
  if (path.ends_with('/')) path.remove_suffix(1);
  const std::string_view origin = issuer.substr(0, issuer.size() - path.size());
  std::array<char, issuer_bytes_max + oauth_infix.size() + 1> memory;
  const auto url_of = [&](std::initializer_list<std::string_view> pieces) {
    ByteWriter text(memory);
    for (const std::string_view piece : pieces) text.text(piece);
    const auto url = parse_url(text.written(), arena_);
    return url ? *url : Url{};
  };
  Discovery& discovery = provider.discovery.emplace();
  discovery.openid = url_of({issuer, openid_suffix});
  discovery.oauth = url_of({origin, oauth_infix, path});
  if (!discovery.openid.present() || !discovery.oauth.present()) provider.discovery.reset();
}

// False, after saying so, when `provider` cannot verify tokens like that.
bool Loader::check_needs(const Spot& where, Connector connector, bool revalidates,
                         Provider& provider) {
  if (connector == Connector::OAuth2 || revalidates) {
    if (!provider.introspection) {
      report_.add(where, {"the provider ", Shown(where.value()), " has no introspection"},
                  {"add introspection to it, or name another provider"});
      return false;
    }
    if (!provider.introspection->url.present()) {
      need_address(where, provider, "introspection.url");
    }
  }
  const bool verifies_here =
      connector == Connector::Jwt ||
      (connector == Connector::Oidc && (!provider.userinfo || provider.userinfo->verify_locally));
  if (verifies_here && !provider.has_keys()) {
    provider.keys.discovered = provider.discovery.has_value();
    if (connector == Connector::Jwt) need_address(where, provider, "jwks.url or jwks.file");
  }
  if (connector == Connector::Oidc) {
    if (!provider.userinfo) provider.userinfo.emplace();
    if (!provider.userinfo->url.present()) need_address(where, provider, "userinfo.url");
  }
  if (provider.keys.discovered) provider.discovery->used = true;
  return true;
}

// The file does not say an address that is needed; the metadata must.
void Loader::need_address(const Spot& where, Provider& provider, std::string_view what) {
  if (provider.discovery) {
    provider.discovery->used = true;
    return;
  }
  report_.add(where, {"the provider ", Shown(where.value()), " has no ", what},
              {"add it, or an issuer that is an http URL, so that it can be discovered"});
}

}  // namespace postern::config
