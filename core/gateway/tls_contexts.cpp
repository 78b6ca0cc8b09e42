#include "core/gateway/tls_contexts.hpp"

#include "core/base/assert.hpp"

namespace postern::gateway {
namespace {

// Objects whose destructors never run: they live as long as the process.
template <class T>
std::span<T> make(Arena& arena, std::size_t count) {
  if (count == 0) return {};
  T* const first = static_cast<T*>(arena.take(count * sizeof(T), alignof(T)));
  for (std::size_t i = 0; i < count; ++i) new (first + i) T;
  return {first, count};
}

}  // namespace

MemoryRow TlsContexts::row(const config::Config& config) {
  std::size_t bytes = 0;
  if (config.uses_tls()) {
    bytes = config.listeners.size() * sizeof(tls::ServerContext) +
            (config.upstreams.size() + config.providers.size()) * sizeof(tls::ClientContext) +
            3 * alignof(std::max_align_t);
  }
  for (const config::Listener& listener : config.listeners) {
    if (listener.tls == nullptr) continue;
    bytes += tls::CertificateStore::bytes(listener.tls->identities.size());
  }
  return {"TLS: listeners and peers", 1, bytes, MemoryScope::PerWorker};
}

TlsContexts::TlsContexts(std::span<std::byte> memory, const config::Config& config,
                         std::span<tls::TicketKeys> tickets)
    : config_(config) {
  Arena arena(memory);
  ready_ = memory.empty() || start(arena, tickets);
}

bool TlsContexts::start(Arena& arena, std::span<tls::TicketKeys> tickets) {
  listeners_ = make<tls::ServerContext>(arena, config_.listeners.size());
  upstreams_ = make<tls::ClientContext>(arena, config_.upstreams.size());
  providers_ = make<tls::ClientContext>(arena, config_.providers.size());
  for (std::size_t i = 0; i < listeners_.size(); ++i) {
    const config::ListenerTls* const listener = config_.listeners[i].tls;
    if (listener == nullptr) continue;
    const tls::ServerContext::Settings settings{
        .identities = listener->identities,
        .client_certificate = listener->client_certificate,
        .client_anchors = listener->client_anchors,
        .only_tls13 = listener->min_version == config::TlsVersion::Tls13,
        .dates = config_.clock.handshakes};
    if (!listeners_[i].start(settings, tickets[i], arena)) return false;
  }
  for (std::size_t i = 0; i < upstreams_.size(); ++i) {
    if (!start(upstreams_[i], config_.upstreams[i].tls)) return false;
  }
  for (std::size_t i = 0; i < providers_.size(); ++i) {
    if (!start(providers_[i], config_.providers[i].tls)) return false;
  }
  return true;
}

bool TlsContexts::start(tls::ClientContext& context, const config::PeerTls* peer) const {
  return peer == nullptr || context.start({.anchors = peer->anchors,
                                           .identity = peer->identity,
                                           .max_fragment = peer->max_fragment,
                                           .dates = config_.clock.handshakes});
}

tls::IdentityProblem TlsContexts::replace(const tls::Identity& which,
                                          std::span<const std::byte> chain,
                                          std::span<const std::byte> key) {
  for (std::size_t i = 0; i < listeners_.size(); ++i) {
    if (config_.listeners[i].tls == nullptr) continue;
    tls::CertificateStore& store = listeners_[i].certificates();
    if (store.holds(which)) return store.replace(which, chain, key);
  }
  POSTERN_ASSERT(false);
  return tls::IdentityProblem::NoMemory;
}

std::optional<tls::AnchorProblem> TlsContexts::replace_anchors(const config::ListenerTls& which,
                                                               std::string_view pem) {
  for (std::size_t i = 0; i < listeners_.size(); ++i) {
    if (config_.listeners[i].tls == &which) return listeners_[i].anchors().replace(pem);
  }
  POSTERN_ASSERT(false);
  return {};
}

std::optional<tls::AnchorProblem> TlsContexts::replace_anchors(const config::PeerTls& which,
                                                               std::string_view pem) {
  for (std::size_t i = 0; i < upstreams_.size(); ++i) {
    if (config_.upstreams[i].tls == &which) return upstreams_[i].anchors().replace(pem);
  }
  for (std::size_t i = 0; i < providers_.size(); ++i) {
    if (config_.providers[i].tls == &which) return providers_[i].anchors().replace(pem);
  }
  POSTERN_ASSERT(false);
  return {};
}

tls::ClientContext* TlsContexts::upstream(std::size_t index) {
  return config_.upstreams[index].tls == nullptr ? nullptr : &upstreams_[index];
}

tls::ClientContext* TlsContexts::provider(std::size_t index) {
  return config_.providers[index].tls == nullptr ? nullptr : &providers_[index];
}

}  // namespace postern::gateway
