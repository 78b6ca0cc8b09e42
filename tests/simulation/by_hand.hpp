#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/platform.hpp"

namespace postern::simulation {

/// A JWT with these claims, signed HS256 with `hmac_secret`.
std::string token(std::string_view claims);

/// An engine driven step by step, for stories of a few lines where the order is the point.
class ByHand {
 public:
  explicit ByHand(Engine& engine);

  [[nodiscard]] const Clock& clock() const { return clock_; }
  void pass(Duration time);
  /// From the next event on; trust as a platform says it.
  void set_wall(WallTime wall, ClockTrust trust);

  /// A new client that asks for / with this token.
  ConnectionId request(std::string_view bearer);
  /// A new client from `peer` that asks for / with these header lines, each with its end.
  ConnectionId request_with(std::string_view lines, const Address& peer = {Address::Family::V4, 1});
  void leave(ConnectionId client);

  /// Carries out what the engine wants since it was asked last. Connections are connected at once;
  /// every name is found, as 10.0.0.N, N being the length of the name.
  struct Opened {
    ConnectionId id;
    Address to;
  };
  struct Done {
    std::vector<Opened> opened;
    std::vector<std::string> names;
    std::size_t aborted = 0;
    std::vector<std::string> records;  ///< To be stored.
  };
  Done carry_out();
  /// The connections of carry_out().
  std::vector<ConnectionId> connects();
  /// What the engine sends there now; it counts as sent.
  std::string sent(ConnectionId connection);
  void receives(ConnectionId connection, std::string_view bytes);

 private:
  Engine& engine_;
  Clock clock_;
};

}  // namespace postern::simulation
