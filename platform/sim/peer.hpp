#pragma once

#include <cstddef>
#include <string_view>

#include "core/base/time.hpp"

namespace postern::platform::sim {

/// A peer's end of one simulated connection. Usable until the world ends; on a dead connection
/// nothing happens.
class Wire {
 public:
  /// Sends all of it, as fast as the other side reads.
  virtual void send(std::string_view bytes) = 0;
  /// Ends our direction after what was sent (FIN); we go on reading.
  virtual void finish() = 0;
  /// As a program that closes its socket: what still arrives is answered with a reset.
  virtual void close() = 0;
  /// The same without the farewell of what lies between, where there is one (TLS: close_notify).
  virtual void break_off() { close(); }
  /// RST: whatever is under way, in both directions, may be lost.
  virtual void reset() = 0;
  /// At most `grain` bytes per `pause`. A grain of 0: do not read at all. Default: everything at
  /// once.
  virtual void read_slowly(std::size_t grain, Duration pause) = 0;
  /// True when the engine has let go of this connection, even if the peer could not see that yet.
  [[nodiscard]] virtual bool abandoned() const = 0;

 protected:
  ~Wire() = default;
};

/// Somebody the engine talks to: one object per connection.
class Peer {
 public:
  Peer() = default;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  virtual ~Peer() = default;

  virtual void opened(Wire& wire) = 0;
  virtual void received(Wire& wire, std::string_view bytes) = 0;
  /// The other side will send no more.
  virtual void ended(Wire& wire) = 0;
  /// Reset, or never accepted. Nothing follows.
  virtual void lost(Wire& wire) = 0;
};

}  // namespace postern::platform::sim
