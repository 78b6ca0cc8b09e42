#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/platform.hpp"
#include "platform/sim/fault_plan.hpp"
#include "platform/sim/peer.hpp"
#include "platform/sim/pipe.hpp"
#include "platform/sim/random.hpp"
#include "platform/sim/scheduler.hpp"

namespace postern::platform::sim {

class Link;

/// What a link reports to the loop that drives the engine: the readiness an epoll would report.
class EngineSide {
 public:
  virtual void readable(Link& link) = 0;
  virtual void writable(Link& link) = 0;
  virtual void lost(Link& link) = 0;

 protected:
  ~EngineSide() = default;
};

/// One simulated TCP connection between an engine and a peer: two pipes, a way to break, and the
/// peer itself. Bytes travel in pieces cut and delayed by the seed; each direction keeps its order.
///
///   engine's side:  Connecting ─► Open ─► Closing ─► Gone        (Closing: FIN waits for bytes to
///   be sent)
class Link final : public Wire {
 public:
  enum class Phase : std::uint8_t { Connecting, Open, Closing, Gone };

  Link(Scheduler& scheduler, const FaultPlan& plan, Random random, EngineSide& engine_side,
       std::shared_ptr<Peer> peer);

  // The engine's side, used by the driver.
  ConnectionId id;
  Phase phase = Phase::Connecting;
  bool finishing = false;   ///< FinishSend was taken and its bytes are not all sent.
  bool ended_told = false;  ///< The engine knows of the peer's end.

  /// Both sides can use it from now on.
  void establish();
  /// The peer is told that there will be no connection.
  void refuse();
  [[nodiscard]] std::string_view readable() const { return to_engine_.readable(); }
  [[nodiscard]] bool at_end() const { return to_engine_.at_end(); }
  void consume(std::size_t count);
  [[nodiscard]] std::size_t send_room() const { return to_peer_.room(); }
  void push(std::string_view bytes);
  /// FIN after all that was pushed.
  void finish_sending();
  [[nodiscard]] bool finish_sent() const { return to_peer_.finished(); }
  /// RST to the peer.
  void abort();

  // The peer's side.
  void send(std::string_view bytes) override;
  void finish() override;
  void close() override;
  void reset() override;
  void read_slowly(std::size_t grain, Duration pause) override;
  [[nodiscard]] bool abandoned() const override { return phase == Phase::Gone; }

 private:
  enum Direction : std::uint8_t { ToEngine, ToPeer };

  /// What the seed makes of this connection.
  struct Nature {
    Cutting cutting = Cutting::Whole;
    std::size_t socket_bytes = 0;
    std::array<std::uint64_t, 2> cut_at{UINT64_MAX, UINT64_MAX};  ///< Dies at that byte.

    static Nature draw(const FaultPlan& plan, Random& random);
  };

  void launch(Direction direction, std::size_t byte_count);
  void launch_end(Direction direction);
  void arrived(Direction direction, std::size_t byte_count);
  void end_arrived(Direction direction);
  std::size_t piece_size(Direction direction, std::size_t left);
  Duration delay();
  void pump();
  void deliver_to_peer();
  void lose(Direction toward);
  void cut_if_due(Direction direction);

  Scheduler& scheduler_;
  const FaultPlan& plan_;
  Random random_;
  Nature nature_;
  EngineSide& engine_side_;
  std::shared_ptr<Peer> peer_;

  Pipe to_engine_;
  Pipe to_peer_;
  std::array<MonotonicTime, 2> last_arrival_{};
  std::array<std::uint64_t, 2> pieces_{};

  std::string backlog_;            ///< What the peer wrote and its kernel has not taken.
  std::size_t backlog_begin_ = 0;  ///< Before that it has.
  bool peer_finished_ = false;     ///< FIN follows the backlog.
  bool peer_closed_ = false;
  bool peer_lost_ = false;
  bool peer_told_end_ = false;
  bool peer_waits_ = false;  ///< Between two slow reads.
  std::size_t grain_ = SIZE_MAX;
  Duration pause_;
};

}  // namespace postern::platform::sim
