#include <algorithm>
#include <array>

#include "core/config/loader.hpp"
#include "core/config/tables.hpp"
#include "core/http/authority.hpp"
#include "core/http/field.hpp"
#include "core/http/path.hpp"

namespace postern::config {
namespace {

// What the gateway says about itself and the client, to every upstream.
constexpr std::string_view own_headers[] = {"forwarded",         "x-forwarded-for",
                                            "x-forwarded-proto", "x-forwarded-host",
                                            "x-forwarded-port",  "x-real-ip"};
constexpr std::size_t path_bytes_max = 1024;

bool share_host(const Endpoint& a, const Endpoint& b) {
  if (a.hosts.empty() != b.hosts.empty()) return false;  // the one with hosts goes first
  if (a.hosts.empty()) return true;
  return std::any_of(a.hosts.begin(), a.hosts.end(), [&](std::string_view host) {
    return std::find(b.hosts.begin(), b.hosts.end(), host) != b.hosts.end();
  });
}

bool share_method(const Endpoint& a, const Endpoint& b) {
  for (std::size_t i = 0; i < http::method_count; ++i) {
    const auto method = static_cast<http::Method>(i);
    if (a.methods.contains(method) && b.methods.contains(method)) return true;
  }
  return false;
}

bool is_own(std::string_view name) {
  return std::any_of(std::begin(own_headers), std::end(own_headers),
                     [name](std::string_view own) { return equal_ignoring_case(own, name); });
}

}  // namespace

void Loader::load_endpoints(const Spot& list) {
  for (const std::string_view name : own_headers) reserve_header(list, name);
  if (!list.value().is(json::Type::Array)) return;
  endpoints_ = take<Endpoint>(list.size());
  std::size_t count = 0;
  list.for_each([&](const Spot& spot) {
    if (count == endpoints_.size()) return;
    load_endpoint(spot, endpoints_[count]);
    number_method(count);
    find_clashes(spot, count++);
  });
  config_->endpoints = endpoints_;
}

void Loader::load_endpoint(const Spot& spot, Endpoint& endpoint) {
  endpoint.name = printable(spot.member("name"));
  load_match(spot.member("match"), endpoint);
  load_authenticate(spot.member("authenticate"), endpoint);
  if (endpoint.authenticate.connector == Connector::None) {
    refuse_unused(spot);
  } else {
    load_authorize(spot.member("authorize"), endpoint.authorize);
    load_enrich(spot.member("enrich"), endpoint);
  }
  endpoint.forward_authorization =
      spot.member("forward_authorization")
          .boolean_or(endpoint.authenticate.connector != Connector::Oidc);
  load_rate(spot.member("limit"), endpoint);
  endpoint.errors = config_->errors;
  load_errors(spot.member("errors"), endpoint.errors);
  const Spot rewrite = spot.member("rewrite");
  load_prefix(rewrite.member("strip_prefix"), endpoint);
  const Spot upstream = spot.member("upstream");
  if (!upstream.value().is(json::Type::String)) return;
  for (std::size_t i = 0; i < config_->upstreams.size(); ++i) {
    if (config_->upstreams[i].name != upstream.text()) continue;
    endpoint.upstream = static_cast<std::uint16_t>(i);
    return;
  }
  report_.add(upstream, {"there is no upstream ", Shown(upstream.value())},
              {"add it under /upstreams, or correct the name"});
}

// A public endpoint has no token, so rules on one would protect nothing.
void Loader::refuse_unused(const Spot& endpoint) {
  const Spot authenticate = endpoint.member("authenticate");
  if (authenticate.member("connector").text() != "none") return;
  for (const std::string_view name : {"authorize", "enrich"}) {
    const Spot spot = endpoint.member(name);
    if (spot.size() == 0) continue;
    report_.add(spot, {"needs a token, and connector none looks for none"},
                {"write another connector, or take it out"});
  }
  for (const std::string_view name :
       {"token_from", "select", "revalidate_s", "certificate_binding", "dpop"}) {
    const Spot spot = authenticate.member(name);
    if (!spot.present()) continue;
    report_.add(spot, {"is not used with connector none"},
                {"write another connector, or take it out"});
  }
}

void Loader::load_match(const Spot& match, Endpoint& endpoint) {
  const Spot methods = match.member("methods");
  if (methods.value().is(json::Type::Array)) {
    endpoint.methods = {};
    for (const json::Value value : methods.value()) {
      const auto method =
          value.is(json::Type::String) ? http::method_from_name(value.text()) : std::nullopt;
      if (method) endpoint.methods.add(*method);
    }
  }
  const Spot hosts = match.member("hosts");
  if (hosts.value().is(json::Type::Array)) {
    const std::span<std::string_view> names = take<std::string_view>(hosts.size());
    std::size_t count = 0;
    hosts.for_each([&](const Spot& host) {
      if (count == names.size() || !host.value().is(json::Type::String)) return;
      if (!http::is_authority(host.text()) || http::without_port(host.text()) != host.text()) {
        report_.add(host, {Shown(host.value()), " is not a host name"},
                    {"write a name such as gw.example, without port"});
      }
      names[count++] = keep_lower(host.text());
    });
    endpoint.hosts = names.first(count);
  }
  const Spot path = match.member("path");
  if (!path.value().is(json::Type::String)) return;
  endpoint.path = keep(path.text());
  std::array<char, path_bytes_max + 1> memory;
  if (path.text().size() > path_bytes_max || !path.text().starts_with('/')) {
    return report_.add(path, {Shown(path.value()), " is not a path"},
                       {"write a path that begins with / and is shorter than 1 KiB"});
  }
  const auto normal = http::normalize(path.text(), memory);
  if (!normal || normal->path() != normal->text()) {
    return report_.add(path, {Shown(path.value()), " is not a path that any request can have"},
                       {"write it without //, ?, # and broken escapes"});
  }
  if (normal->path() != path.text()) {
    report_.add(path, {Shown(path.value()), " is not in normal form, so nothing would match it"},
                {"write ", normal->path()});
  }
}

// What is taken off the path must be part of what was matched, up to the end of a segment.
void Loader::load_prefix(const Spot& spot, Endpoint& endpoint) {
  if (!spot.value().is(json::Type::String)) return;
  std::string_view prefix = spot.text();
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  const bool fits = endpoint.path.starts_with(prefix) &&
                    (endpoint.path.size() == prefix.size() || endpoint.path[prefix.size()] == '/');
  if (!fits) {
    report_.add(spot, {Shown(spot.value()), " is not the beginning of match.path"},
                {"write ", endpoint.path, " or whole segments from its front"});
  }
  endpoint.strip_prefix = keep(prefix);
}

// Endpoints that verify alike get one number.
void Loader::number_method(std::size_t index) {
  Authenticate& authenticate = endpoints_[index].authenticate;
  std::uint16_t next = 0;
  for (const Endpoint& other : endpoints_.first(index)) {
    if (other.authenticate.connector == authenticate.connector &&
        other.authenticate.revalidate == authenticate.revalidate) {
      authenticate.method = other.authenticate.method;
      return;
    }
    next = std::max(next, static_cast<std::uint16_t>(other.authenticate.method + 1));
  }
  authenticate.method = next;
}

// A list for all providers, or lists by provider.
void Loader::load_enrich(const Spot& spot, Endpoint& endpoint) {
  if (!spot.value().is(json::Type::Object)) {
    endpoint.enrich = load_headers(spot);
    return;
  }
  const std::span<EnrichBlock> blocks = take<EnrichBlock>(spot.size());
  std::size_t count = 0;
  spot.for_each([&](const Spot& list) {
    if (list.value().name() == "default") {
      endpoint.enrich = load_headers(list);
      return;
    }
    if (count == blocks.size()) return;
    EnrichBlock& block = blocks[count++];
    block.headers = load_headers(list);
    for (std::size_t i = 0; i < providers_.size(); ++i) {
      if (providers_[i].name == list.value().name()) block.provider = static_cast<std::uint16_t>(i);
    }
    if (block.provider == no_slot) {
      report_.add(list, {"there is no provider of this name"},
                  {"write a provider's name, or \"default\" for all others"});
    }
  });
  endpoint.enrich_blocks = blocks.first(count);
}

std::span<const Enrich> Loader::load_headers(const Spot& list) {
  if (!list.value().is(json::Type::Array)) return {};
  const std::span<Enrich> all = take<Enrich>(list.size());
  std::size_t count = 0;
  list.for_each([&](const Spot& spot) {
    if (count == all.size()) return;
    const Spot header = spot.member("header");
    all[count] = {keep(header.text()), slot_of(spot.member("claim"))};
    if (!header.value().is(json::Type::String)) return;
    if (!http::is_token(header.text())) {
      return report_.add(header, {Shown(header.value()), " is not a header's name"},
                         {"write a name such as X-Subject"});
    }
    if (http::classify(header.text()) != http::FieldKind::Other || is_own(header.text())) {
      return report_.add(header, {Shown(header.value()), " has a meaning of its own"},
                         {"choose another name, such as X-Subject"});
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (!equal_ignoring_case(all[i].header, header.text())) continue;
      return report_.add(header, {Shown(header.value()), " is set twice"},
                         {"take one of them out"});
    }
    reserve_header(header, header.text());
    ++count;
  });
  return all.first(count);
}

void Loader::reserve_header(const Spot& where, std::string_view name) {
  for (std::size_t i = 0; i < reserved_count_; ++i) {
    if (equal_ignoring_case(reserved_[i], name)) return;
  }
  if (reserved_count_ == reserved_.size()) {
    return report_.add(where, {"is one header too many"},
                       {"use at most ", Shown(static_cast<std::int64_t>(reserved_.size())),
                        " different headers in the whole file"});
  }
  reserved_[reserved_count_++] = keep_lower(name);
}

void Loader::load_rate(const Spot& spot, Endpoint& endpoint) {
  if (!spot.value().is(json::Type::Object)) return;
  RateLimit& limit = endpoint.limit.emplace();
  const Spot key = spot.member("key");
  limit.slot = slot_of(key);
  limit.requests = static_cast<std::uint32_t>(number(spot, tables::rate_members, "requests"));
  limit.per = seconds(number(spot, tables::rate_members, "per_s"));
  limit.burst = spot.member("burst").present()
                    ? static_cast<std::uint32_t>(number(spot, tables::rate_members, "burst"))
                    : limit.requests;
  if (key.present() && endpoint.authenticate.connector == Connector::None) {
    report_.add(key, {"needs a token, and connector none looks for none"},
                {"take it out: then the client's address is the key"});
  }
}

// Two endpoints for one request: the second would never be reached.
void Loader::find_clashes(const Spot& spot, std::size_t index) {
  const Endpoint& endpoint = endpoints_[index];
  for (std::size_t i = 0; i < index; ++i) {
    const Endpoint& other = endpoints_[i];
    if (!endpoint.name.empty() && other.name == endpoint.name) {
      const Spot name = spot.member("name");
      report_.add(name, {Shown(name.value()), " is the name of another endpoint"},
                  {"choose another name"});
    }
    if (!endpoint.path.empty() && other.path == endpoint.path && share_host(endpoint, other) &&
        share_method(endpoint, other)) {
      report_.add(spot.member("match"),
                  {"takes requests that the endpoint \"", other.name, "\" takes, too"},
                  {"make path, hosts or methods differ"});
    }
  }
}

}  // namespace postern::config
