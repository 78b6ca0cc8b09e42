#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/base/arena.hpp"
#include "core/base/memory_plan.hpp"
#include "core/config/config.hpp"
#include "core/tls/context.hpp"

namespace postern::gateway {

/// How one engine speaks TLS at each listener and to each peer. Those whose configuration has no
/// TLS are there and never used. Per engine, because mbedTLS locks an RSA key while it signs.
class TlsContexts {
 public:
  /// The row of the memory plan; mbedTLS's own memory stands in Shared's.
  static MemoryRow row(const config::Config& config);

  /// REQUIRES: `memory` is as long as the row says.
  TlsContexts(std::span<std::byte> memory, const config::Config& config,
              std::span<tls::TicketKeys> tickets);
  /// False: mbedTLS's memory was not enough, and nothing here may be used.
  [[nodiscard]] bool ready() const { return ready_; }

  /// Of a listener's; see gateway::replace_certificate(). Another thread may call it.
  tls::IdentityProblem replace(const tls::Identity& which, std::span<const std::byte> chain,
                               std::span<const std::byte> key);

  /// Likewise; see gateway::replace_anchors().
  std::optional<tls::AnchorProblem> replace_anchors(const config::ListenerTls& which,
                                                    std::string_view pem);
  std::optional<tls::AnchorProblem> replace_anchors(const config::PeerTls& which,
                                                    std::string_view pem);

  tls::ServerContext& listener(std::size_t index) { return listeners_[index]; }
  /// Null where no server of the upstream is https.
  tls::ClientContext* upstream(std::size_t index);
  /// Null where nothing of the provider's can be https.
  tls::ClientContext* provider(std::size_t index);

 private:
  bool start(Arena& arena, std::span<tls::TicketKeys> tickets);
  bool start(tls::ClientContext& context, const config::PeerTls* peer) const;

  const config::Config& config_;
  std::span<tls::ServerContext> listeners_;
  std::span<tls::ClientContext> upstreams_;
  std::span<tls::ClientContext> providers_;
  bool ready_ = false;
};

}  // namespace postern::gateway
