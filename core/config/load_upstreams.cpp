#include <algorithm>
#include <array>

#include "core/config/loader.hpp"
#include "core/config/tables.hpp"
#include "core/config/url.hpp"

namespace postern::config {

void Loader::load_upstreams(const Spot& map) {
  if (!map.value().is(json::Type::Object)) return;
  upstreams_ = take<Upstream>(map.size());
  std::size_t count = 0;
  map.for_each([&](const Spot& spot) {
    if (count == upstreams_.size()) return;
    Upstream& upstream = upstreams_[count++];
    upstream.name = keep(spot.value().name());
    upstream.connect_timeout = ms(spot, tables::upstream_members, "connect_ms");
    upstream.response_timeout = ms(spot, tables::upstream_members, "response_ms");
    upstream.retries = static_cast<std::uint8_t>(number(spot, tables::upstream_members, "retries"));
    const Spot list = spot.member("servers");
    if (!list.value().is(json::Type::Array)) return;
    const std::span<Url> servers = take<Url>(list.size());
    std::size_t index = 0;
    list.for_each([&](const Spot& server) {
      if (index == servers.size() || !server.value().is(json::Type::String)) return;
      const auto url = parse_url(server.text(), arena_);
      if (!url) {
        const UrlAdvice says = advice(url.error());
        return report_.add(server, {Shown(server.value()), ": ", says.problem}, {says.remedy});
      }
      if (url->target != "/") {
        return report_.add(
            server, {Shown(server.value()), " has a path"},
            {"write http://host:port or https://host:port; rewrite.strip_prefix changes "
             "paths"});
      }
      servers[index++] = *url;
    });
    upstream.servers = servers.first(index);
  });
  config_->upstreams = upstreams_;
}

// Every different time-out is a queue of its own, and there are so many queues.
void Loader::count_waits(const Spot& file) {
  constexpr std::size_t different_max = 60;
  std::array<std::int64_t, different_max + 1> different{};
  std::size_t count = 0;
  const auto add = [&](Duration wait) {
    const auto end = different.begin() + static_cast<std::ptrdiff_t>(count);
    if (count < different.size() && std::find(different.begin(), end, wait.us) == end) {
      different[count++] = wait.us;
    }
  };
  const Timeouts& timeouts = config_->timeouts;
  for (const Duration wait :
       {timeouts.handshake, timeouts.head, timeouts.body, timeouts.idle, timeouts.send}) {
    add(wait);
  }
  for (const Provider& provider : config_->providers) {
    add(provider.connect_timeout);
    add(provider.response_timeout);
  }
  for (const Upstream& upstream : config_->upstreams) {
    add(upstream.connect_timeout);
    add(upstream.response_timeout);
  }
  if (count <= different_max) return;
  report_.add(file.member("upstreams"),
              {"more than ", Shown(static_cast<std::int64_t>(different_max)),
               " different values of connect_ms, response_ms and the time-outs"},
              {"give some of them the same value"});
}

}  // namespace postern::config
