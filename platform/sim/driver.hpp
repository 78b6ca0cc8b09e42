#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/platform.hpp"
#include "platform/sim/fault_plan.hpp"
#include "platform/sim/link.hpp"
#include "platform/sim/random.hpp"
#include "platform/sim/scheduler.hpp"

namespace postern::platform::sim {

class Driver;

/// What a driver needs of the world around its engine.
class Surroundings {
 public:
  /// A link towards `address`. connect_ended() follows on `driver`, or nothing for ever.
  virtual Link& open(Driver& driver, const Address& address) = 0;
  virtual void resolve(const std::string& name,
                       std::function<void(std::span<const Address>)> answer) = 0;
  virtual void wake_others(const Engine& caller) = 0;
  virtual void store(std::string record, std::string data) = 0;
  /// A promise of the contract was broken.
  virtual void violated(std::string what) = 0;

 protected:
  ~Surroundings() = default;
};

/// The main loop of a platform, on simulated sockets: drives one engine, carries out every command,
/// and checks the engine's side of the contract while doing so (core/platform.hpp).
class Driver final : public EngineSide {
 public:
  Driver(Engine& engine, Scheduler& scheduler, const FaultPlan& plan, Random random,
         Surroundings& surroundings);

  /// Offers a client, and carries out what the engine wants then; the link dies when the engine has
  /// no room for it.
  void offer(ListenerId listener, const Address& from, Link& link);
  /// One end of a batch of events: timers, then commands until there are none.
  void turn();
  void notify() { engine_.notified(scheduler_.clock()); }
  void drain(MonotonicTime deadline);
  /// The result of a connect. Nothing refused it: it is open.
  void connect_ended(Link& link, std::optional<Closed> refused);

  void readable(Link& link) override;
  void writable(Link& link) override;
  void lost(Link& link) override;

  [[nodiscard]] Engine& engine() { return engine_; }
  /// When this loop wakes up by itself; seeded lateness included.
  [[nodiscard]] MonotonicTime wakes() const { return wakes_; }
  [[nodiscard]] std::size_t connections_open() const;
  /// Every whole line the engine has logged.
  [[nodiscard]] const std::string& log() const { return log_; }

 private:
  /// Carries commands out until there are none; how many there were.
  unsigned run_commands();
  void execute(const Command& command);
  void connect(const Command& command);
  void close(Link& link);
  void abort(ConnectionId id);
  void resolve(const std::string& name);
  void store(const Command& command);
  void flush(Link& link);
  void forget(Link& link);
  void read_log();
  bool adopt(Link& link, ConnectionId id);
  Link* living(ConnectionId id);
  void violated(std::string what) { surroundings_.violated(std::move(what)); }

  Engine& engine_;
  Scheduler& scheduler_;
  const FaultPlan& plan_;
  Random random_;
  Surroundings& surroundings_;

  /// Living connections by slot. A link lost while Closing stays until the engine lets go of it
  /// (Abort).
  std::vector<Link*> links_;
  MonotonicTime wakes_{0};
  MonotonicTime last_turn_{-1};
  unsigned turns_without_progress_ = 0;
  std::string log_;
};

}  // namespace postern::platform::sim
