// Listeners, limits, time-outs, trusted proxies, logging.
#include "core/config/loader.hpp"
#include "core/config/tables.hpp"
#include "core/http/framing.hpp"
#include "core/http/ip_address.hpp"

namespace postern::config {
namespace {

// `0.0.0.0:8080`, `[::]:8080`: a port is a must, though 0 (any free one) will do.
std::optional<Address> parse_listener(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return {};
  std::string_view host(text.data(), colon);
  std::string_view port = text;
  port.remove_prefix(colon + 1);
  const auto number = http::decimal(port);
  if (!number || *number > 65535) return {};
  const bool brackets = host.starts_with('[') && host.ends_with(']');
  if (brackets) host = {host.data() + 1, host.size() - 2};
  if (brackets != (host.find(':') != std::string_view::npos)) return {};
  auto address = http::parse_address(host);
  if (address) address->port = static_cast<std::uint16_t>(*number);
  return address;
}

// A network, or what is wrong with it.
struct NetworkOrWhy {
  Network network;
  std::string_view why;
};

NetworkOrWhy parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = http::parse_address({text.data(), std::min(slash, text.size())});
  if (!address) return {{}, "is not an IP network"};
  const unsigned bits_max = address->family == Address::Family::V4 ? 32 : 128;
  Network network{*address, static_cast<std::uint8_t>(bits_max)};
  if (slash == std::string_view::npos) return {network, {}};
  std::string_view prefix = text;
  prefix.remove_prefix(slash + 1);
  const auto bits = http::decimal(prefix);
  if (!bits || *bits > bits_max) return {{}, "has no prefix length that fits the address"};
  network.prefix_bits = static_cast<std::uint8_t>(*bits);
  for (unsigned bit = network.prefix_bits; bit < bits_max; ++bit) {
    if ((address->bytes[bit / 8] >> (7 - bit % 8) & 1) != 0) {
      return {{}, "has bits behind its prefix"};
    }
  }
  return {network, {}};
}

}  // namespace

void Loader::load_listeners(const Spot& list) {
  const std::span<Listener> listeners = take<Listener>(list.size());
  std::size_t count = 0;
  list.for_each([&](const Spot& spot) {
    const Spot where = spot.member("address");
    const ListenerTls* tls = load_listener_tls(spot.member("tls"));
    if (count == listeners.size() || !where.value().is(json::Type::String)) return;
    Listener& listener = listeners[count];
    const auto address = parse_listener(where.text());
    if (!address) {
      return report_.add(where, {Shown(where.value()), " is not an address and a port"},
                         {"write 0.0.0.0:8080, 127.0.0.1:8080 or [::]:8080"});
    }
    listener = {*address, keep(where.text()), tls};
    for (std::size_t i = 0; i < count && address->port != 0; ++i) {
      if (listeners[i].address == *address) {
        report_.add(where, {Shown(where.value()), " stands twice"}, {"take one of them out"});
      }
    }
    ++count;
  });
  config_->listeners = listeners.first(count);
}

void Loader::load_limits(const Spot& limits) {
  config_->limits = target_.limits;
  for (const LimitRow& row : limit_table) {
    if (!limits.member(row.name).present()) continue;
    config_->limits.*row.field =
        static_cast<std::uint32_t>(number(limits, tables::limit_members, row.name));
  }
}

void Loader::load_timeouts(const Spot& timeouts) {
  const auto wait = [&](std::string_view name) {
    return ms(timeouts, tables::timeout_members, name);
  };
  config_->timeouts = {.handshake = wait("handshake_ms"),
                       .head = wait("head_ms"),
                       .body = wait("body_ms"),
                       .idle = wait("idle_ms"),
                       .send = wait("send_ms"),
                       .drain = wait("drain_ms")};
}

void Loader::load_proxies(const Spot& list) {
  if (!list.value().is(json::Type::Array)) return;
  const std::span<Network> networks = take<Network>(list.size());
  std::size_t count = 0;
  list.for_each([&](const Spot& spot) {
    if (count == networks.size() || !spot.value().is(json::Type::String)) return;
    const NetworkOrWhy parsed = parse_network(spot.text());
    if (!parsed.why.empty()) {
      return report_.add(spot, {Shown(spot.value()), " ", parsed.why},
                         {"write 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32"});
    }
    networks[count++] = parsed.network;
  });
  config_->trusted_proxies = networks.first(count);
}

void Loader::load_logging(const Spot& logging) {
  config_->logging.access =
      static_cast<AccessLog>(word_index(logging.member("access"), tables::access_logs, 0));
  config_->logging.level = static_cast<LogLevel>(word_index(
      logging.member("level"), tables::log_levels, static_cast<std::size_t>(LogLevel::Info)));
}

}  // namespace postern::config
