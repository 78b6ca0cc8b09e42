#include "core/config/loader.hpp"
#include "core/config/tables.hpp"
#include "core/config/url.hpp"
#include "core/http/field.hpp"

namespace postern::config {

void Loader::load_providers(const Spot& map) {
  if (!map.value().is(json::Type::Object)) return;
  providers_ = take<Provider>(map.size());
  std::size_t count = 0;
  map.for_each([&](const Spot& spot) {
    if (count < providers_.size()) load_provider(spot, providers_[count++]);
  });
  config_->providers = providers_;
}

void Loader::load_provider(const Spot& spot, Provider& provider) {
  provider.name = keep(spot.value().name());
  provider.issuer = printable(spot.member("issuer"));
  find_metadata(provider);
  provider.type = printable(spot.member("typ"));
  provider.leeway = seconds(number(spot, tables::provider_members, "leeway_s"));
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
  load_keys(spot, provider.keys);
  load_algorithms(spot, provider);
  const Spot proxy = spot.member("proxy");
  if (proxy.value().is(json::Type::String)) {
    const std::span<Url> url = take<Url>(1);
    if (!url.empty()) {
      load_url(proxy, url.front());
      if (!url.front().target.empty() && url.front().target != "/") {
        report_.add(proxy, {Shown(proxy.value()), " has a path"}, {"write http://host:port"});
      }
      if (url.front().secure) {
        report_.add(proxy, {Shown(proxy.value()), " is https: a proxy is spoken to in plain HTTP"},
                    {"write http://host:port; what is https behind it goes through a tunnel"});
      }
      provider.proxy = &url.front();
    }
  }
  if (spot.member("introspection").value().is(json::Type::Object)) {
    load_introspection(spot, provider.introspection.emplace());
  }
  const Spot userinfo = spot.member("userinfo");
  if (userinfo.value().is(json::Type::Object)) {
    load_userinfo(userinfo, provider.userinfo.emplace());
  }
}

void Loader::load_url(const Spot& where, Url& url) {
  if (!where.value().is(json::Type::String)) return;
  const auto parsed = parse_url(where.text(), arena_);
  if (parsed) {
    url = *parsed;
    return;
  }
  url.text = keep(where.text());  // it is there, so nobody complains that it is not
  const UrlAdvice says = advice(parsed.error());
  report_.add(where, {Shown(where.value()), ": ", says.problem}, {says.remedy});
}

void Loader::load_introspection(const Spot& provider, Introspection& introspection) {
  const Spot spot = provider.member("introspection");
  load_url(spot.member("url"), introspection.url);
  introspection.method = word_index(spot.member("method"), tables::introspection_methods, 0) == 0
                             ? http::Method::Post
                             : http::Method::Get;
  introspection.mode = static_cast<IntrospectionMode>(
      word_index(spot.member("mode"), tables::introspection_modes, 0));
  load_credentials(provider, introspection);
}

void Loader::load_userinfo(const Spot& spot, UserInfo& userinfo) {
  load_url(spot.member("url"), userinfo.url);
  userinfo.method = word_index(spot.member("method"), tables::userinfo_methods, 0) == 0
                        ? http::Method::Get
                        : http::Method::Post;
  userinfo.verify_locally = spot.member("verify_locally").boolean_or(true);
  const Spot message = spot.member("error_message");
  if (!message.value().is(json::Type::Object)) return;
  const bool in_header = message.member("from").text() == "header";
  userinfo.message_from = in_header ? MessageFrom::Header : MessageFrom::Body;
  const Spot header = message.member("header");
  const Spot claim = message.member("claim");
  const Spot unused = in_header ? claim : header;
  if (unused.present()) {
    report_.add(unused, {"is not used with from \"", in_header ? "header" : "body", "\""},
                {"take it out, or change from"});
  }
  if (header.present() && in_header) {
    userinfo.message_header = printable(header);
    if (!http::is_token(header.text())) {
      report_.add(header, {Shown(header.value()), " is not a header's name"},
                  {"write a name such as WWW-Authenticate"});
    }
  }
  if (claim.present() && !in_header) userinfo.message_path = path_of(claim);
}

}  // namespace postern::config
