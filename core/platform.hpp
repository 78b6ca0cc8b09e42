// The contract between core and platform: events in, commands and bytes out, windows for the bytes.
// In: what happened (connections, bytes, names, time). Out: commands, and bytes to send.
// Never: a call from core into a platform. Every call returns without waiting and calls nobody
// back.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/time.hpp"

namespace postern {

/// A connection's slot and that slot's generation: an id that outlived its connection is recognised
/// and ignored. Slots are below the engine's `connection_count_max()`, so a platform can index a
/// table by slot.
struct ConnectionId {
  std::uint16_t slot = 0;
  std::uint16_t generation = 0;
  friend constexpr bool operator==(const ConnectionId&, const ConnectionId&) = default;
};

/// Index of a listener in the order of the configuration.
struct ListenerId {
  std::uint8_t index = 0;
};

/// An IP address and a port. For V4 only the first four bytes count. Network byte order in `bytes`,
/// host order in `port`.
struct Address {
  enum class Family : std::uint8_t { None, V4, V6 };
  Family family = Family::None;
  std::uint16_t port = 0;
  std::array<std::uint8_t, 16> bytes{};
  friend constexpr bool operator==(const Address&, const Address&) = default;
};

/// Bytes to send, in order; empty spans at the end.
using SendWindow = std::array<std::span<const std::byte>, 4>;

/// Why a connection is gone.
enum class Closed : std::uint8_t {
  ByPeer,       ///< Reset, or an error after the peer's end of stream.
  Refused,      ///< Connect: nobody listens there.
  Unreachable,  ///< Connect: no route, host down, no descriptor free.
  Error,        ///< Anything else the system reports.
};

/// What the platform shall do. Taken one by one until there is none.
struct Command {
  enum class Kind : std::uint8_t {
    Attend,   ///< This connection has bytes to send, or room to receive again.
    Connect,  ///< Open to `address`; answer with connected() or closed().
    Close,  ///< Send what send_window() still holds, one window after the other until one is empty,
            ///< then close. The id is dead once this is taken and its bytes are sent.
    Abort,  ///< Close at once (RST). The id is dead once this is taken.
    FinishSend,  ///< Send what send_window() still holds, then end our direction only (tunnels).
    Resolve,     ///< Look `name` up; answer with resolved().
    WakeOthers,  ///< Call notified() on the other engines of this process: shared memory has news.
    Store,  ///< Replace the record `name` by `data` in the store that outlives a restart: whole or
            ///< not at all, even if power fails meanwhile. It need not be done when the next
            ///< command is taken, but before the process ends. A platform without a store ignores
            ///< it, and one that fails says so itself: nobody waits for it.
  };
  Kind kind = Kind::Attend;
  ConnectionId connection;
  Address address;
  std::string_view name;              ///< Resolve, Store. Valid until the next command is taken.
  std::span<const std::byte> data{};  ///< Store: at most record_bytes_max. Valid as long.
};

/// How long a record of the persistent store may be.
inline constexpr std::size_t record_bytes_max = 256;

/// What a platform drives. One thread per engine; every call returns without waiting.
/// An id whose generation is not the slot's current one is ignored by every call.
class Engine {
 public:
  /// Upper bound of ConnectionId::slot, constant.
  [[nodiscard]] virtual std::size_t connection_count_max() const = 0;

  /// A record of the persistent store as it was found at start: told once each, before anything
  /// else happens. Where it lay it may have been damaged, or written by somebody else.
  virtual void stored(std::string_view name, std::span<const std::byte> data, const Clock&) = 0;

  /// Offers a new client. Nothing: no room, close it. Another client may give way to it, whose
  /// place is free when its Abort has been taken: so the commands that there are now are carried
  /// out before the next client is offered.
  virtual std::optional<ConnectionId> accepted(ListenerId, const Address& peer, const Clock&) = 0;
  virtual void connected(ConnectionId, const Clock&) = 0;
  /// The connection is gone, both directions; bytes that a Close still had to send are lost. After
  /// Abort was taken, or all of a Close's bytes were sent, this is not called.
  virtual void closed(ConnectionId, Closed, const Clock&) = 0;
  /// The peer will send no more (TCP FIN); we may still send. Told once, after all received bytes.
  virtual void ended(ConnectionId, const Clock&) = 0;

  /// Where to put bytes that have arrived. Empty: leave them in the kernel (back-pressure); an
  /// Attend will follow.
  virtual std::span<std::byte> receive_window(ConnectionId) = 0;
  /// `byte_count` bytes were put into the window asked for last. REQUIRES: 1 <= byte_count <= its
  /// size.
  virtual void received(ConnectionId, std::size_t byte_count, const Clock&) = 0;
  /// Gives an unused window back: nothing had arrived after all.
  virtual void receive_nothing(ConnectionId) = 0;

  /// What to send now; valid until the next call for this connection. All empty: nothing.
  virtual SendWindow send_window(ConnectionId) = 0;
  virtual void sent(ConnectionId, std::size_t byte_count, const Clock&) = 0;

  /// Answer to Resolve. No addresses: the name has none or could not be looked up.
  virtual void resolved(std::string_view name, std::span<const Address>, const Clock&) = 0;
  /// Another engine of this process asked to WakeOthers.
  virtual void notified(const Clock&) = 0;

  /// Runs what fell due; the platform sleeps no longer than until next_deadline().
  virtual void advance(const Clock&) = 0;
  [[nodiscard]] virtual MonotonicTime next_deadline() const = 0;
  virtual std::optional<Command> next_command() = 0;

  /// Stop taking clients, close idle connections, finish what runs until `deadline`, then abort the
  /// rest. The platform has closed its listeners before.
  virtual void drain(MonotonicTime deadline, const Clock&) = 0;
  /// True once drain() was called and no client connection is left: the platform ends its loop.
  [[nodiscard]] virtual bool drained() const = 0;

  /// The log is one more stream: whole lines, oldest first; lost lines are counted, never waited
  /// for.
  virtual SendWindow log_window() = 0;
  virtual void log_written(std::size_t byte_count) = 0;

 protected:
  ~Engine() = default;
};

}  // namespace postern
