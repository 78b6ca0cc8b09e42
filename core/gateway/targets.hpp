#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/time.hpp"
#include "core/config/config.hpp"
#include "core/gateway/connections.hpp"
#include "core/tls/context.hpp"
#include "core/tls/saved_session.hpp"

namespace postern::gateway {

/// A host and port we open connections to: one server of an upstream, or a provider's endpoint.
/// Knows its addresses once its name was looked up, and keeps its connections alive between
/// exchanges.
struct Target {
  static constexpr std::size_t addresses_max = 4;

  const config::Url* url = nullptr;     ///< Where connections lead: the proxy, if there is one.
  const config::Url* origin = nullptr;  ///< Whom they are for.
  tls::ClientContext* tls = nullptr;    ///< Null: none of its URLs can be https.
  tls::SavedSession* saved = nullptr;   ///< Null: likewise.
  std::uint32_t trust = 0;         ///< anchors().generation() that kept connections were proved by.
  Role role = Role::Upstream;      ///< Upstream or Provider: of the connections to it.
  bool lookup_running = false;     ///< From the wish for it until the platform has answered.
  bool lookup_taken = false;       ///< The platform knows of it.
  std::uint8_t connect_timer = 0;  ///< Timers of Connections.
  std::uint8_t answer_timer = 0;
  std::uint8_t address_count = 0;
  std::uint8_t address_next = 0;  ///< Which address the next connection tries.
  std::uint8_t epoch = 0;         ///< How often its URL has changed.
  std::array<Address, addresses_max> addresses;
  MonotonicTime
      fresh_until;  ///< After that the name is looked up again (the old addresses serve on).
  std::uint16_t idle_first = no_slot;     ///< Kept-alive connections, the one used last first.
  std::uint16_t waiting_first = no_slot;  ///< Connections that wait for the name.

  /// What is sent to a proxy so that it opens the way to the origin (RFC 9110 section 9.3.6).
  /// Valid until the origin's URL changes.
  std::string_view connect_request();

 private:
  // Two authorities of 255 + 6 bytes and the words around them.
  std::array<char, 576> connect_text_;
};

/// All targets of one engine.
class Targets {
 public:
  /// How long looked-up addresses count as fresh. Names of appliances move rarely; getaddrinfo
  /// tells no TTL.
  static constexpr Duration name_life = seconds(30);
  /// After a look-up that failed while addresses are known. Without any, each request looks the
  /// name up again.
  static constexpr Duration name_retry = seconds(5);

  /// At most `upstreams_max` and `providers_max` connections of either role. `idle_timer` bounds
  /// how long one is kept alive.
  Targets(std::span<Target> targets, Connections& connections, std::size_t upstreams_max,
          std::size_t providers_max, std::uint8_t idle_timer);

  Target& operator[](std::uint16_t index) { return targets_[index]; }
  [[nodiscard]] std::uint16_t size() const { return static_cast<std::uint16_t>(targets_.size()); }

  /// A kept-alive connection (phase Open, marked reused); no_slot when there is none.
  /// None is one whose peer was proved by authorities that do not count any more.
  std::uint16_t take_idle(std::uint16_t target);
  /// A new connection, which will be looked up and opened; its user is told by connected() or
  /// closed(). no_slot when as many as allowed are busy.
  std::uint16_t open(std::uint16_t index, MonotonicTime now);
  /// `lost` could not be opened: the next one tries the target's next address. True: there is one
  /// that was not tried for `lost`.
  bool try_next_address(std::uint16_t lost);
  /// Keeps an Open connection for the next exchange.
  void keep(std::uint16_t connection, MonotonicTime now);
  /// Takes the connection out of whatever list it stands in. Call before it is closed, aborted or
  /// freed.
  void forget(std::uint16_t connection);

  /// The target's URL is another one now: what was learned of the old one is forgotten, and its
  /// kept-alive connections are closed. Those that are busy are not kept afterwards.
  void moved(std::uint16_t index);

  /// Answer of the platform to Resolve. `failed` is called with each connection that has waited in
  /// vain.
  template <class Failed>
  void resolved(std::string_view name, std::span<const Address> found, MonotonicTime now,
                Failed failed);

  std::optional<Command> next_command();

 private:
  void start_connecting(std::uint16_t slot);
  void push(std::uint16_t& first, std::uint16_t connection);
  void remove(std::uint16_t& first, std::uint16_t connection);
  void learn(Target& target, std::span<const Address> found, MonotonicTime now);
  bool make_room(Role role);
  void give_up_kept(Target& target);
  void give_up_unproved(Target& target);

  std::span<Target> targets_;
  Connections& connections_;
  std::size_t upstreams_max_;
  std::size_t providers_max_;
  std::uint8_t idle_timer_;
  std::uint16_t names_wanted_ = 0;  ///< Look-ups not yet taken by the platform.
};

template <class Failed>
void Targets::resolved(std::string_view name, std::span<const Address> found, MonotonicTime now,
                       Failed failed) {
  for (Target& target : targets_) {
    if (target.url->host != name || !target.lookup_running) continue;
    target.lookup_running = false;
    learn(target, found, now);
    while (target.waiting_first != no_slot) {
      const std::uint16_t connection = target.waiting_first;
      remove(target.waiting_first, connection);
      if (target.address_count == 0) {
        connections_[connection].phase = Phase::Connecting;  // it waits in no list any more
        connections_[connection].gone = true;                // and the platform never knew it
        failed(connection);
      } else {
        start_connecting(connection);
      }
    }
  }
}

}  // namespace postern::gateway
