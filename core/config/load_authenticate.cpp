#include <algorithm>

#include "core/config/loader.hpp"
#include "core/config/tables.hpp"
#include "core/http/authority.hpp"
#include "core/http/field.hpp"

namespace postern::config {
namespace {

constexpr TokenSource standard_sources[] = {{TokenSource::Kind::Authorization, {}}};

struct SourcePrefix {
  std::string_view text;
  TokenSource::Kind kind;
};
constexpr SourcePrefix source_prefixes[] = {
    {"header:", TokenSource::Kind::Header},
    {"cookie:", TokenSource::Kind::Cookie},
    {"query:", TokenSource::Kind::Query},
};

std::optional<TokenSource> parse_source(std::string_view text) {
  if (text == "authorization") return TokenSource{};
  for (const SourcePrefix& prefix : source_prefixes) {
    if (!text.starts_with(prefix.text)) continue;
    text.remove_prefix(prefix.text.size());
    if (!http::is_token(text)) return {};
    // A field that frames or routes the message is no place for a token.
    if (prefix.kind == TokenSource::Kind::Header &&
        http::classify(text) != http::FieldKind::Other) {
      return {};
    }
    return TokenSource{prefix.kind, text};
  }
  return {};
}

bool is_same(const TokenSource& a, const TokenSource& b) {
  if (a.kind != b.kind) return false;
  return a.kind == TokenSource::Kind::Header ? equal_ignoring_case(a.name, b.name)
                                             : a.name == b.name;
}

}  // namespace

void Loader::load_authenticate(const Spot& spot, Endpoint& endpoint) {
  Authenticate& authenticate = endpoint.authenticate;
  authenticate.connector =
      static_cast<Connector>(word_index(spot.member("connector"), tables::connectors, 0));
  if (authenticate.connector == Connector::None) return;
  const Spot revalidate = spot.member("revalidate_s");
  if (revalidate.present()) {
    authenticate.revalidate = seconds(number(spot, tables::authenticate_members, "revalidate_s"));
    if (authenticate.connector != Connector::Jwt) {
      report_.add(revalidate, {"is used with connector jwt only"}, {"take it out"});
    }
  }
  authenticate.binding = static_cast<CertificateBinding>(
      word_index(spot.member("certificate_binding"), tables::bindings,
                 static_cast<std::size_t>(CertificateBinding::Optional)));
  if (authenticate.binding == CertificateBinding::Required && !config_->asks_for_certificates()) {
    report_.add(spot.member("certificate_binding"),
                {"is required, but no listener asks clients for a certificate"},
                {"add tls.client_ca_file to a listener, or write optional"});
  }
  const Spot dpop = spot.member("dpop");
  authenticate.dpop = {.required = dpop.member("required").boolean_or(false),
                       .nonce = dpop.member("nonce").boolean_or(false),
                       .max_age = seconds(number(dpop, tables::dpop_members, "max_age_s"))};
  load_sources(spot.member("token_from"), authenticate);
  load_select(spot.member("select"), authenticate);
}

void Loader::load_sources(const Spot& list, Authenticate& authenticate) {
  authenticate.token_from = standard_sources;
  if (!list.value().is(json::Type::Array)) return;
  const std::span<TokenSource> sources = take<TokenSource>(list.size());
  std::size_t count = 0;
  list.for_each([&](const Spot& spot) {
    if (count == sources.size() || !spot.value().is(json::Type::String)) return;
    const auto source = parse_source(spot.text());
    if (!source) {
      return report_.add(spot, {Shown(spot.value()), " is no place for a token"},
                         {"write authorization, header:NAME, cookie:NAME or query:NAME"});
    }
    sources[count] = {source->kind, keep(source->name)};
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_same(sources[i], *source)) continue;
      return report_.add(spot, {Shown(spot.value()), " stands twice"}, {"take one of them out"});
    }
    ++count;
  });
  authenticate.token_from = sources.first(count);
}

void Loader::load_select(const Spot& spot, Authenticate& authenticate) {
  Select& select = authenticate.select;
  if (!spot.present()) {
    if (providers_.size() != 1) {
      return report_.add(spot, {"is missing, and there is not exactly one provider"},
                         {"add { \"default\": \"NAME\" }"});
    }
    if (check_needs(spot, authenticate.connector, authenticate.revalidate.us != 0,
                    providers_.front())) {
      select.default_provider = 0;
    }
    return;
  }
  if (!spot.value().is(json::Type::Object)) return;
  const bool selects = load_selector(spot, select);
  const Spot standard = spot.member("default");
  if (standard.present()) select.default_provider = provider_called(standard, authenticate);
  const Spot values = spot.member("values");
  if (selects != (values.size() != 0)) {
    report_.add(values, {selects ? "has no values to choose by" : "is not used without a selector"},
                {selects ? "add { \"value\": \"provider\", ... }"
                         : "add header, host or path_segment, or take it out"});
  }
  if (!selects && !standard.present()) {
    report_.add(standard, {"is missing, so that no provider is ever selected"},
                {"add the name of a provider"});
  }
  if (!selects || !values.value().is(json::Type::Object)) return;
  const std::span<Select::Choice> choices = take<Select::Choice>(values.size());
  std::size_t count = 0;
  values.for_each([&](const Spot& child) {
    if (count == choices.size()) return;
    const std::string_view value = child.value().name();
    const std::string_view kept = select.by == Select::By::Host ? keep_lower(value) : keep(value);
    for (std::size_t i = 0; i < count; ++i) {
      if (choices[i].value == kept) {
        report_.add(child, {"is the same host as another one"}, {"take one of them out"});
      }
    }
    choices[count++] = {kept, provider_called(child, authenticate)};
  });
  select.choices = choices;
}

// True: there is one of the three ways to select.
bool Loader::load_selector(const Spot& spot, Select& select) {
  const Spot header = spot.member("header");
  const Spot host = spot.member("host");
  const Spot segment = spot.member("path_segment");
  const bool by_host = host.boolean_or(false);
  const int ways = (header.present() ? 1 : 0) + (by_host ? 1 : 0) + (segment.present() ? 1 : 0);
  if (ways > 1) {
    report_.add(spot, {"selects by several things at once"},
                {"keep one of header, host and path_segment"});
  }
  if (header.present()) {
    select.by = Select::By::Header;
    select.header = keep(header.text());
    if (!http::is_token(header.text())) {
      report_.add(header, {Shown(header.value()), " is not a header's name"},
                  {"write a name such as X-Region"});
    }
  } else if (by_host) {
    select.by = Select::By::Host;
  } else if (segment.present()) {
    select.by = Select::By::PathSegment;
    select.path_segment =
        static_cast<std::uint8_t>(number(spot, tables::select_members, "path_segment"));
  }
  return ways != 0;
}

std::uint16_t Loader::provider_called(const Spot& name, const Authenticate& authenticate) {
  if (!name.value().is(json::Type::String)) return no_slot;
  for (std::size_t i = 0; i < providers_.size(); ++i) {
    if (providers_[i].name != name.text()) continue;
    return check_needs(name, authenticate.connector, authenticate.revalidate.us != 0, providers_[i])
               ? static_cast<std::uint16_t>(i)
               : no_slot;
  }
  report_.add(name, {"there is no provider ", Shown(name.value())},
              {"add it under /providers, or correct the name"});
  return no_slot;
}

}  // namespace postern::config
