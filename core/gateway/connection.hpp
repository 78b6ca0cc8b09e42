#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/deadlines.hpp"
#include "core/base/list.hpp"
#include "core/base/slots.hpp"
#include "core/platform.hpp"

namespace postern::gateway {

/// What stands at the other end.
enum class Role : std::uint8_t {
  Client,    ///< Came in through a listener.
  Upstream,  ///< Went out to a server of an upstream.
  Provider,  ///< Went out to a provider.
};
inline constexpr std::size_t role_count = 3;
/// For arrays with an item per role.
constexpr std::size_t index(Role role) { return static_cast<std::size_t>(role); }

/// Where a connection is in its life.
///
///   client     (Securing ─►) Open ─────────────────────────────────► Closing ─► (freed)
///   others     Naming ─► Connecting (─► Proxying) (─► Securing) ─► Open ◄─► Idle ─► Closing ─►
///   (freed)
enum class Phase : std::uint8_t {
  Naming,      ///< Waits until the target's name is looked up.
  Connecting,  ///< Waits for connected().
  Proxying,    ///< Waits for a forward proxy to open the way (RFC 9110 section 9.3.6: CONNECT).
  Securing,    ///< TLS: the handshake, or waits for its turn.
  Open,        ///< In use (a client's between two requests, too).
  Idle,        ///< To a target, kept alive for the next exchange.
  Closing,     ///< Close or Abort was asked for; nobody uses it any more.
};

/// The platform has, or is about to have, a connection that carries no requests yet.
constexpr bool is_opening(Phase phase) {
  return phase == Phase::Connecting || phase == Phase::Proxying || phase == Phase::Securing;
}

/// One connection: marks and links only, no bytes. Idle clients cost this and nothing else.
struct Connection {
  DeadlineLink deadline;
  Address peer;  ///< Clients: who it is. Others: where to.
  Role role = Role::Client;
  Phase phase = Phase::Open;
  std::uint8_t commands = 0;  ///< Set of pending commands, see Connections.
  bool queued : 1 = false;    ///< In the queue of commands.
  bool gone : 1 = false;      ///< The platform has reported it closed: no command is of use.
  bool freed : 1 = false;     ///< Dead, but the queue of commands still runs through it.
  bool ended : 1 = false;     ///< The peer will send no more.
  bool starved : 1 = false;  ///< Was refused a receive window: must be attended when there is room.
  bool secret : 1 = false;   ///< Its buffers hold our client credentials: they are wiped.
  bool served : 1 = false;   ///< Client: had a request before.
  bool head_timed : 1 = false;      ///< Client: a head has begun and its time-out runs.
  bool sent_some : 1 = false;       ///< Others: bytes of the present request have left.
  bool reused : 1 = false;          ///< Others: served an exchange before this one.
  bool answering : 1 = false;       ///< Others: bytes came since the present request was made.
  bool secure : 1 = false;          ///< Speaks TLS, or is about to.
  bool has_turn : 1 = false;        ///< Phase Securing: its handshake may go on.
  bool torn : 1 = false;            ///< TLS: ended without close_notify. What only the end delimits
                                    ///< is not whole.
  std::uint8_t listener = 0;        ///< Client: where it came in.
  std::uint16_t turn_s = 0;         ///< Client: whole seconds of its turn that have passed.
  std::uint8_t epoch = 0;           ///< Others: of the target, when it was opened.
  std::uint8_t tries = 0;           ///< Others: addresses that failed before this one.
  std::uint16_t secured = no_slot;  ///< Its TLS. no_slot: none, or not begun.
  std::uint16_t input = no_slot;    ///< Buffer with bytes received and not yet used.
  std::uint16_t output = no_slot;   ///< Buffer with bytes to send.
  std::uint16_t user = no_slot;  ///< Exchange (client, upstream) or lookup (provider) it works for.
  std::uint16_t target = no_slot;  ///< Others: index in Targets.
  std::uint16_t next = no_slot;    ///< In the target's list of idle or of waiting connections.
  std::uint16_t previous = no_slot;
  ListLink turn;  ///< Phase Securing: among those that wait for their handshake.
  std::uint16_t command_next = no_slot;
  std::string_view fixed_answer;  ///< Static text to send before the output buffer; mostly empty.
};

}  // namespace postern::gateway
