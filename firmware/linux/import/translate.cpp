#include "firmware/linux/import/translate.hpp"

#include <charconv>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "firmware/linux/import/claim_path.hpp"
#include "firmware/linux/import/parameters.hpp"
#include "firmware/linux/import/translate_parts.hpp"

namespace postern::importer {
namespace {

constexpr std::string_view only_provider = "provider";

// Whether Authorization is kept from the upstream when no line says so.
bool blocks_by_default(Kind kind) {
  switch (kind) {
    case Kind::OAuth2:
    case Kind::Jwt:
      return false;
    case Kind::Oidc:
    case Kind::OAuth2Jwt:
      return true;
  }
  return true;
}

void translate_authorization(PreInputs& inputs, Connector& connector, Notes& notes) {
  const Entry* entry = inputs.take("block_authorization_header");
  connector.forward_authorization.value = !blocks_by_default(connector.kind);
  if (entry == nullptr) return;
  connector.forward_authorization.source = entry->source;
  if (equal_ignoring_case(entry->value, "true")) {
    connector.forward_authorization.value = false;
  } else if (equal_ignoring_case(entry->value, "false")) {
    connector.forward_authorization.value = true;
  } else {
    connector.forward_authorization.value = entry->value;
    notes.push_back({entry->source, "is neither true nor false",
                     "write forward_authorization yourself, which is the opposite"});
  }
}

// host, host:port or a URL; a port of its own wins over the one in it.
std::string proxy_url(std::string_view server, std::string_view port) {
  constexpr std::string_view scheme_end = "://";
  constexpr std::size_t none = std::string_view::npos;
  std::string url = "http://";
  if (const std::size_t scheme = server.find(scheme_end); scheme != none) {
    url = server.substr(0, scheme + scheme_end.size());
    server.remove_prefix(url.size());
  }
  while (server.ends_with('/')) server.remove_suffix(1);
  const std::size_t colon = server.rfind(':');
  const bool is_bare_ipv6 = !server.starts_with('[') && server.find(':') != colon;
  if (is_bare_ipv6) {
    url += '[' + std::string(server) + ']';
  } else {
    const bool has_port = colon != none && server.find(']', colon) == none;
    url += has_port && !port.empty() ? server.substr(0, colon) : server;
  }
  if (!port.empty()) url += ':' + std::string(port);
  return url;
}

void translate_proxy(PreInputs& inputs, Connector& connector, Notes& notes) {
  const Entry* server = inputs.take("http_proxy_server");
  const Entry* port = inputs.take("http_proxy_port");
  const bool has_server = server != nullptr && !server->value.empty();
  const bool has_port = port != nullptr && !port->value.empty();
  if (has_server) {
    connector.proxy = {proxy_url(server->value, has_port ? port->value : std::string()),
                       server->source};
  } else if (has_port) {
    notes.push_back({port->source, "is the port of a proxy that no line names",
                     "take it out, or add http_proxy_server"});
  }
}

void translate_errors(PreInputs& inputs, std::string_view name, Connector& connector,
                      Notes& notes) {
  const Entry* entry = inputs.take(name);
  // Any other word means no, as in the reference.
  if (entry == nullptr || !equal_ignoring_case(entry->value, "true")) return;
  connector.override_errors = {true, entry->source};
  notes.push_back({entry->source,
                   "was carried as errors.override, but the texts of the error set are not among "
                   "these lines",
                   "write them under errors.statuses; until then the standard answers stay"});
}

void translate_error_message(PreInputs& inputs, Connector& connector, Notes& notes) {
  const Entry* location = inputs.take("error_metadata_location");
  const Entry* header = inputs.take("error_header_name");
  const Entry* payload = inputs.take("error_payload_location");
  const bool from_header = location != nullptr && location->value == "ResponseHeaders";
  const bool from_body = location != nullptr && location->value == "ResponsePayload";
  if (location != nullptr && !from_header && !from_body && !location->value.empty()) {
    notes.push_back({location->source, "is neither ResponseHeaders nor ResponsePayload",
                     "correct it, or take it out: then clients are told a standard sentence"});
  }
  const auto note_unused = [&](const Entry* entry, bool used, std::string_view needed) {
    if (entry == nullptr || used || entry->value.empty()) return;
    notes.push_back({entry->source,
                     "is not used without error_metadata_location:" + std::string(needed),
                     "take it out, or correct error_metadata_location"});
  };
  note_unused(header, from_header, "ResponseHeaders");
  note_unused(payload, from_body, "ResponsePayload");
  const Entry* place = from_header ? header : payload;
  const bool has_place = place != nullptr && !place->value.empty();
  // No header named: the standard sentence. No path named: the whole body.
  if (!from_body && !(from_header && has_place)) return;
  ErrorMessage& message = connector.error_message.emplace();
  message.from_header = from_header;
  message.source = location->source;
  if (has_place) {
    message.place = {from_header ? place->value : path_of_expression(place->value), place->source};
  }
}

void translate_key_set(PreInputs& inputs, std::string_view url, std::string_view minutes,
                       Connector& connector, Notes& notes) {
  if (const Entry* entry = inputs.take(url)) {
    connector.providers.push_back({std::string(only_provider), {entry->value, entry->source}});
    connector.default_provider = only_provider;
  }
  const Entry* life = inputs.take(minutes);
  if (life != nullptr) connector.refresh_s = seconds_of_minutes(*life, notes);
}

}  // namespace

Value seconds_of_minutes(const Entry& entry, Notes& notes) {
  constexpr std::uint32_t minutes_max = 1'000'000'000;  // far beyond what a file may say
  std::uint32_t minutes = 0;
  const char* const end = entry.value.data() + entry.value.size();
  const auto [rest, error] = std::from_chars(entry.value.data(), end, minutes);
  if (error == std::errc() && rest == end && minutes <= minutes_max) {
    return {std::uint64_t{minutes} * 60, entry.source};
  }
  notes.push_back(
      {entry.source, "is not a whole number of minutes", "write the number of seconds yourself"});
  return {entry.value, entry.source};
}

Connector translate(Found found, Notes& notes) {
  Connector connector;
  connector.kind = found.kind;
  connector.source = found.source;
  PreInputs& inputs = found.inputs;
  switch (found.kind) {
    case Kind::OAuth2:
      translate_regions(inputs, "token_validation_uri", connector, notes);
      break;
    case Kind::Oidc:
      translate_regions(inputs, "userinfo_endpoint", connector, notes);
      translate_error_message(inputs, connector, notes);
      translate_errors(inputs, "enable_error_set", connector, notes);
      break;
    case Kind::Jwt:
      translate_key_set(inputs, "public_key_request_path", "public_key_ttl", connector, notes);
      translate_rules(inputs, connector, notes);
      translate_errors(inputs, "customizeErrorEnable", connector, notes);
      break;
    case Kind::OAuth2Jwt:
      translate_key_set(inputs, "jwks_uri", "jwks_cache_expiry", connector, notes);
      translate_rules(inputs, connector, notes);
      break;
  }
  translate_headers(inputs, connector, notes);
  translate_authorization(inputs, connector, notes);
  translate_proxy(inputs, connector, notes);
  note_left(inputs, found.kind, notes);
  return connector;
}

}  // namespace postern::importer
