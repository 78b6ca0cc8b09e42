#include "firmware/linux/import/configuration.hpp"

#include <string_view>
#include <utility>

namespace postern::importer {
namespace {

using Layout = JsonText::Layout;

bool is_jwt(Kind kind) { return kind == Kind::Jwt || kind == Kind::OAuth2Jwt; }

std::string_view connector_name(Kind kind) {
  if (kind == Kind::OAuth2) return "oauth2";
  return kind == Kind::Oidc ? "oidc" : "jwt";
}

class Writer {
 public:
  explicit Writer(const Connector& connector) : connector_(connector) {}

  JsonText run();

 private:
  void text(std::string_view name, const Text& text) {
    out_.text(name, text.text);
    out_.from(text.source);
  }
  void value(std::string_view name, const Value& value);
  void texts(std::string_view name, const std::vector<Text>& texts);
  void provider(const Provider& provider);
  void introspection(const Provider& provider);
  void userinfo(const Provider& provider);
  void key_set(const Provider& provider);
  void endpoint();
  void authenticate();
  void authorize();
  void rule(const Rule& rule);
  void enrich();
  void headers(std::string_view name, const std::vector<Header>& headers);

  const Connector& connector_;
  JsonText out_;
};

JsonText Writer::run() {
  out_.begin_object();
  out_.from(connector_.source);
  out_.begin_array("listeners", Layout::OneLine);
  out_.begin_object({}, Layout::OneLine);
  out_.text("address", "127.0.0.1:8080");
  out_.end();
  out_.end();
  out_.begin_object("providers");
  for (const Provider& it : connector_.providers) provider(it);
  out_.end();
  out_.begin_object("upstreams");
  out_.begin_object("upstream", Layout::OneLine);
  out_.begin_array("servers", Layout::OneLine);
  out_.text({}, "http://upstream.invalid");
  out_.end();
  out_.end();
  out_.end();
  out_.begin_array("endpoints");
  endpoint();
  out_.end();
  out_.end();
  return std::move(out_);
}

void Writer::value(std::string_view name, const Value& value) {
  if (const auto* truth = std::get_if<bool>(&value.value)) out_.boolean(name, *truth);
  if (const auto* number = std::get_if<std::uint64_t>(&value.value)) out_.number(name, *number);
  if (const auto* text = std::get_if<std::string>(&value.value)) out_.text(name, *text);
  out_.from(value.source);
}

void Writer::texts(std::string_view name, const std::vector<Text>& texts) {
  if (texts.empty()) return;
  out_.begin_array(name, Layout::OneLine);
  out_.from(texts.front().source);
  for (const Text& it : texts) text({}, it);
  out_.end();
}

void Writer::provider(const Provider& provider) {
  out_.begin_object(provider.name);
  out_.from(provider.url.source);
  switch (connector_.kind) {
    case Kind::OAuth2:
      introspection(provider);
      break;
    case Kind::Oidc:
      userinfo(provider);
      break;
    case Kind::Jwt:
    case Kind::OAuth2Jwt:
      key_set(provider);
      break;
  }
  if (connector_.proxy) text("proxy", *connector_.proxy);
  out_.end();
}

// As the reference asks: a GET with the client's token, and a 200 means yes.
void Writer::introspection(const Provider& provider) {
  out_.begin_object("introspection");
  text("url", provider.url);
  out_.text("method", "GET");
  out_.text("client_auth", "none");
  out_.text("mode", "status");
  out_.end();
}

// The reference does not look into the token.
void Writer::userinfo(const Provider& provider) {
  out_.begin_object("userinfo");
  text("url", provider.url);
  out_.text("method", "GET");
  out_.boolean("verify_locally", false);
  if (const auto& message = connector_.error_message) {
    out_.begin_object("error_message", Layout::OneLine);
    out_.from(message->source);
    out_.text("from", message->from_header ? "header" : "body");
    if (message->place) text(message->from_header ? "header" : "claim", *message->place);
    out_.end();
  }
  out_.end();
}

// The algorithms that the reference knows; ours would be more.
void Writer::key_set(const Provider& provider) {
  out_.begin_object("jwks");
  text("url", provider.url);
  if (connector_.refresh_s) value("refresh_s", *connector_.refresh_s);
  out_.end();
  out_.begin_array("algorithms", Layout::OneLine);
  for (const std::string_view name : {"RS256", "RS384", "RS512", "ES256", "ES384", "ES512"}) {
    out_.text({}, name);
  }
  out_.end();
}

void Writer::endpoint() {
  out_.begin_object();
  out_.text("name", "imported");
  out_.begin_object("match", Layout::OneLine);
  out_.text("path", "/");
  out_.end();
  authenticate();
  authorize();
  enrich();
  value("forward_authorization", connector_.forward_authorization);
  if (connector_.override_errors) {
    out_.begin_object("errors", Layout::OneLine);
    value("override", *connector_.override_errors);
    out_.end();
  }
  out_.text("upstream", "upstream");
  out_.end();
}

void Writer::authenticate() {
  out_.begin_object("authenticate");
  out_.text("connector", connector_name(connector_.kind));
  out_.begin_object("select");
  const bool selects = !connector_.regions.empty() || connector_.regions_not_read.has_value();
  if (selects && connector_.region_header) text("header", *connector_.region_header);
  if (const auto& as_it_stands = connector_.regions_not_read) {
    text("values", *as_it_stands);
  } else if (selects) {
    out_.begin_object("values");
    out_.from(connector_.regions_source);
    for (const Region& region : connector_.regions) {
      out_.text(region.code, region.provider);
      out_.from(region.source);
    }
    out_.end();
  }
  if (!connector_.default_provider.empty()) {
    out_.text("default", connector_.default_provider);
    out_.from(connector_.providers.front().url.source);
  }
  out_.end();
  out_.end();
}

void Writer::authorize() {
  if (!is_jwt(connector_.kind)) return;
  out_.begin_object("authorize");
  texts("issuers", connector_.issuers);
  texts("audience", connector_.audience);
  if (const auto& as_it_stands = connector_.claims_not_read) {
    text("claims", *as_it_stands);
  } else if (!connector_.claims.empty()) {
    out_.begin_array("claims");
    out_.from(connector_.claims.front().source);
    for (const Rule& it : connector_.claims) rule(it);
    out_.end();
  }
  if (connector_.max_token_age_s) value("max_token_age_s", *connector_.max_token_age_s);
  out_.end();
}

void Writer::rule(const Rule& rule) {
  out_.begin_object({}, Layout::OneLine);
  out_.from(rule.source);
  out_.text("claim", rule.claim);
  out_.text("match", rule.match);
  out_.begin_array("values", Layout::OneLine);
  for (const std::string& value : rule.values) out_.text({}, value);
  out_.end();
  out_.end();
}

void Writer::enrich() {
  if (const auto& as_it_stands = connector_.headers_not_read) {
    text("enrich", *as_it_stands);
  } else if (!connector_.headers.empty()) {
    headers("enrich", connector_.headers);
  } else if (!connector_.header_blocks.empty()) {
    out_.begin_object("enrich");
    out_.from(connector_.headers_source);
    for (const HeaderBlock& block : connector_.header_blocks)
      headers(block.provider, block.headers);
    out_.end();
  }
}

void Writer::headers(std::string_view name, const std::vector<Header>& headers) {
  out_.begin_array(name);
  out_.from(connector_.headers_source);
  for (const Header& header : headers) {
    out_.begin_object({}, Layout::OneLine);
    out_.from(header.source);
    out_.text("header", header.name);
    out_.text("claim", header.claim);
    out_.end();
  }
  out_.end();
}

}  // namespace

JsonText write_configuration(const Connector& connector) { return Writer(connector).run(); }

}  // namespace postern::importer
