// The memory of an engine: planned as rows, then taken in the same order.
#include <new>

#include "core/gateway/engine.hpp"

namespace postern::gateway {
namespace {

// After so long a client whose handshake has the turn gives it to one that waits. A whole second:
// Gateway::handshake_due() counts them.
constexpr Duration turn_patience = seconds(1);

template <class T>
MemoryRow array_row(std::string_view what, std::size_t count) {
  return {what, count, sizeof(T), MemoryScope::PerWorker};
}

/// The rows of one engine.
struct Rows {
  explicit Rows(const config::Config& from) : config(from), shape(from) {}

  const config::Config& config;
  Shape shape;

  MemoryRow engine() const { return array_row<Gateway>("engine", 1); }
  MemoryRow buffers() const { return Buffers::row("buffers", shape.buffers, shape.buffer_bytes); }
  MemoryRow answers() const {
    return Buffers::row("provider answers", shape.lookups, shape.answer_bytes);
  }
  MemoryRow connections() const { return Connections::row(shape.connections); }
  MemoryRow secured() const { return Connections::secured_row(shape.tls); }
  MemoryRow saved_sessions() const {
    return array_row<tls::SavedSession>("TLS: sessions to resume", shape.secure_targets);
  }
  MemoryRow exchanges() const { return Pool<Exchange>::row("exchanges", shape.exchanges); }
  MemoryRow lookups() const { return Pool<Lookup>::row("lookups", shape.lookups); }
  MemoryRow targets() const { return array_row<Target>("targets", shape.targets); }
  MemoryRow upstream_turns() const {
    return array_row<std::uint32_t>("upstream turns", config.upstreams.size());
  }
  MemoryRow provider_targets() const {
    return array_row<std::uint16_t>("provider targets",
                                    config.providers.size() * token::service_count);
  }
  MemoryRow providers() const {
    return array_row<token::Provider>("providers", config.providers.size());
  }
  MemoryRow provider_state() const {
    return array_row<char>("provider credentials", shape.provider_state_bytes);
  }
  MemoryRow log() const { return array_row<char>("log", config.limits.log_bytes); }
  MemoryRow target_text() const {
    return array_row<char>("scratch: target", shape.target_text_bytes);
  }
  MemoryRow token() const { return array_row<char>("scratch: token", config.limits.token_bytes); }
  MemoryRow provider_request() const {
    return array_row<char>("scratch: provider request", shape.provider_request_bytes);
  }
  MemoryRow cached() const { return array_row<char>("scratch: cached facts", shape.cached_bytes); }
  MemoryRow verified() const { return array_row<char>("scratch: new facts", shape.cached_bytes); }
  MemoryRow keys() const { return array_row<crypto::VerificationKey>("scratch: keys", shape.keys); }
  MemoryRow json() const { return array_row<char>("scratch: JSON", shape.json_bytes); }
};

// A row that was planned fits into memory, so its items can be counted in a size.
std::size_t item_count(const MemoryRow& row) { return static_cast<std::size_t>(row.count); }

template <class T>
std::span<T> take(Arena& arena, const MemoryRow& row) {
  const std::span<std::byte> memory = take_row(arena, row);
  const std::size_t count = item_count(row);
  T* const first = reinterpret_cast<T*>(memory.data());
  for (std::size_t i = 0; i < count; ++i) new (first + i) T{};
  return {first, count};
}
// Text is written before it is read: its pages stay untouched until then.
std::span<char> take_text(Arena& arena, const MemoryRow& row) {
  return {reinterpret_cast<char*>(take_row(arena, row).data()), item_count(row)};
}

LogRing::WhenFull when_full(config::AccessLog access) {
  return access == config::AccessLog::Ring ? LogRing::WhenFull::LoseOldest
                                           : LogRing::WhenFull::LoseNew;
}

}  // namespace

void Gateway::plan(MemoryPlan& plan, const config::Config& config) {
  const Rows rows(config);
  for (const MemoryRow& row : {rows.engine(),
                               rows.buffers(),
                               rows.answers(),
                               rows.connections(),
                               rows.secured(),
                               rows.saved_sessions(),
                               TlsContexts::row(config),
                               rows.exchanges(),
                               rows.lookups(),
                               rows.targets(),
                               rows.upstream_turns(),
                               rows.provider_targets(),
                               rows.providers(),
                               rows.provider_state(),
                               rows.log(),
                               rows.target_text(),
                               rows.token(),
                               rows.provider_request(),
                               rows.cached(),
                               rows.verified(),
                               rows.keys(),
                               rows.json()}) {
    plan.add(row);
  }
}

Gateway::Gateway(Arena& arena, const config::Config& config, Shared& shared, std::size_t worker,
                 std::size_t workers)
    : config_(config),
      shape_(config),
      shared_(shared),
      worker_(static_cast<std::uint16_t>(worker)),
      workers_(workers),
      head_limits_{config.limits.header_bytes, config.limits.header_bytes},
      buffers_(take_row(arena, Rows(config).buffers()), shape_.buffers, shape_.buffer_bytes),
      answers_(take_row(arena, Rows(config).answers()), shape_.lookups, shape_.answer_bytes),
      connections_(take_row(arena, Rows(config).connections()), shape_.connections,
                   take_row(arena, Rows(config).secured()), shape_.tls, buffers_),
      exchanges_(take_row(arena, Rows(config).exchanges()), shape_.exchanges),
      lookups_(take_row(arena, Rows(config).lookups()), shape_.lookups),
      saved_sessions_(take<tls::SavedSession>(arena, Rows(config).saved_sessions())),
      tls_contexts_(take_row(arena, TlsContexts::row(config)), config, shared.tickets),
      target_memory_(take<Target>(arena, Rows(config).targets())),
      upstream_turns_(take<UpstreamTurn>(arena, Rows(config).upstream_turns())),
      provider_targets_(take<std::uint16_t>(arena, Rows(config).provider_targets())),
      providers_(take<token::Provider>(arena, Rows(config).providers())),
      provider_state_(take_row(arena, Rows(config).provider_state())),
      log_(take_text(arena, Rows(config).log()), when_full(config.logging.access)),
      handshake_timer_(connections_.add_timer(config.timeouts.handshake)),
      turn_timer_(connections_.add_timer(turn_patience)),
      head_timer_(connections_.add_timer(config.timeouts.head)),
      body_timer_(connections_.add_timer(config.timeouts.body)),
      idle_timer_(connections_.add_timer(config.timeouts.idle)),
      send_timer_(connections_.add_timer(config.timeouts.send)),
      targets_(target_memory_, connections_, shape_.upstreams, shape_.lookups, idle_timer_),
      target_text_(take_text(arena, Rows(config).target_text())),
      token_text_(take_text(arena, Rows(config).token())),
      provider_request_(take_text(arena, Rows(config).provider_request())),
      cached_facts_(take_row(arena, Rows(config).cached())),
      verified_facts_(take_row(arena, Rows(config).verified())),
      key_scratch_(take<crypto::VerificationKey>(arena, Rows(config).keys())),
      json_arena_(take_row(arena, Rows(config).json())) {
  make_targets();
}

// Servers of one upstream stand next to each other; after all of them the providers.
void Gateway::make_targets() {
  static_assert(sizeof(UpstreamTurn) == sizeof(std::uint32_t));
  std::uint16_t index = 0;
  std::size_t secure = 0;
  const auto add = [&](const config::Url& url, const config::Url& origin,
                       tls::ClientContext* context, Role role, Duration connect,
                       Duration response) {
    Target& target = target_memory_[index];
    target.url = &url;
    target.origin = &origin;
    target.tls = context;
    if (context != nullptr) target.saved = &saved_sessions_[secure++];
    target.role = role;
    target.connect_timer = connections_.add_timer(connect);
    target.answer_timer = connections_.add_timer(response);
    if (url.literal.family != Address::Family::None) {
      target.addresses[0] = url.literal;
      target.address_count = 1;
      target.fresh_until = never;
    }
    return index++;
  };
  for (std::size_t i = 0; i < config_.upstreams.size(); ++i) {
    const config::Upstream& upstream = config_.upstreams[i];
    upstream_turns_[i].first_target = index;
    for (const config::Url& server : upstream.servers) {
      add(server, server, tls_contexts_.upstream(i), Role::Upstream, upstream.connect_timeout,
          upstream.response_timeout);
    }
  }
  for (std::size_t i = 0; i < config_.providers.size(); ++i) {
    const config::Provider& provider = config_.providers[i];
    new (&providers_[i]) token::Provider(provider, static_cast<std::uint16_t>(i),
                                         shared_.published[i], provider_state_);
    for (const token::Service service : token::services) {
      std::uint16_t& target = provider_target(static_cast<std::uint16_t>(i), service);
      target = no_slot;
      if (!token::is_asked(provider, service)) continue;
      // What metadata will say has its place, empty as yet.
      const config::Url* url = providers_[i].address(service);
      if (url == nullptr) url = providers_[i].discovered_place(service);
      POSTERN_ASSERT(url != nullptr);
      target =
          add(provider.proxy != nullptr ? *provider.proxy : *url, *url, tls_contexts_.provider(i),
              Role::Provider, provider.connect_timeout, provider.response_timeout);
    }
  }
}

MemoryPlan plan_memory(const config::Config& config, std::size_t workers) {
  MemoryPlan plan(static_cast<std::uint32_t>(workers));
  Shared::plan(plan, config, workers);
  Gateway::plan(plan, config);
  return plan;
}

std::size_t connection_count_max(const config::Config& config) { return Shape(config).connections; }

Engine* create(Arena& arena, const config::Config& config, Shared& shared, std::size_t worker,
               std::size_t workers) {
  const std::span<std::byte> place = take_row(arena, Rows(config).engine());
  auto* gateway = new (place.data()) Gateway(arena, config, shared, worker, workers);
  return gateway->ready() ? gateway : nullptr;
}

tls::IdentityProblem replace_certificate(Engine& engine, const tls::Identity& which,
                                         std::span<const std::byte> chain,
                                         std::span<const std::byte> key) {
  return static_cast<Gateway&>(engine).replace_certificate(which, chain, key);
}

std::optional<tls::AnchorProblem> replace_anchors(Engine& engine, const config::ListenerTls& which,
                                                  std::string_view pem) {
  return static_cast<Gateway&>(engine).replace_anchors(which, pem);
}

std::optional<tls::AnchorProblem> replace_anchors(Engine& engine, const config::PeerTls& which,
                                                  std::string_view pem) {
  return static_cast<Gateway&>(engine).replace_anchors(which, pem);
}

const Counters& counters(const Engine& engine) {
  return static_cast<const Gateway&>(engine).counters();
}

ClockTrust clock_trust(const Engine& engine) { return static_cast<const Gateway&>(engine).trust(); }

Occupancy occupancy(const Engine& engine) {
  return static_cast<const Gateway&>(engine).occupancy();
}

}  // namespace postern::gateway
