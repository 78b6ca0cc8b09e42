// sim: a platform without sockets, clocks or chance of its own; one seed decides all that happens.
// In: engines, hosts they may connect to, clients that connect to them, a plan of faults.
// Out: events to the engines, and what broke the contract.
// Never: real time, real I/O, anything that would make a second run of a seed differ.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/platform.hpp"
#include "platform/sim/disk.hpp"
#include "platform/sim/driver.hpp"
#include "platform/sim/fault_plan.hpp"
#include "platform/sim/link.hpp"
#include "platform/sim/peer.hpp"
#include "platform/sim/random.hpp"
#include "platform/sim/scheduler.hpp"

namespace postern::platform::sim {

/// 10.0.0.`host`:`port`.
Address address_of(std::uint8_t host, std::uint16_t port);

/// A machine engines can connect to.
struct Host {
  /// Makes the far end of each connection.
  std::function<std::shared_ptr<Peer>()> answer;
  /// Down: connects are refused. May change at any time.
  bool up = true;
};

/// Seeded network, clocks and faults around one or more engines of one process.
class World final : public Surroundings {
 public:
  World(std::uint64_t seed, FaultPlan plan);
  ~World() = default;
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// Where the engines' records are kept; without one they are not. Before engines are added.
  /// REQUIRES: it outlives the world. When the world ends with a write under way, its fate is the
  /// test's to decide: Disk::settle(), as an orderly end, or Disk::lose_power().
  void use_disk(Disk& disk) { disk_ = &disk; }
  /// REQUIRES: the engine outlives the world. Engines are numbered in the order they are added.
  void add_engine(Engine& engine);
  /// An address nobody was added for refuses connections.
  Host& add_host(const Address& address, std::function<std::shared_ptr<Peer>()> answer);
  /// REQUIRES: it was added.
  Host& host(const Address& address);
  /// What look-ups of `name` find. A name nobody added has no addresses.
  void add_name(std::string name, std::vector<Address> addresses);

  /// A client connects to a listener of an engine, now.
  void connect(std::size_t engine, ListenerId listener, const Address& from,
               std::shared_ptr<Peer> peer);
  /// Runs `what` later, among the other events.
  void after(Duration delay, std::function<void()> what) {
    scheduler_.after(delay, std::move(what));
  }
  void drain(std::size_t engine, Duration within);

  /// One turn of the loops: time moves to what happens next. False: nothing will ever happen again,
  /// or the contract is broken.
  bool step();
  /// Steps until `limit` has passed. A run that needs more than `steps_max` steps is reported as
  /// broken.
  void run_for(Duration limit, std::size_t steps_max = 2'000'000);

  [[nodiscard]] Scheduler& scheduler() { return scheduler_; }
  [[nodiscard]] MonotonicTime now() const { return scheduler_.now(); }
  [[nodiscard]] Driver& driver(std::size_t engine) { return drivers_[engine]; }
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] const FaultPlan& plan() const { return plan_; }
  /// Faults stop: what starts from now on goes well. (What already hangs goes on hanging.)
  void calm_down() { plan_ = FaultPlan{}; }

  /// Empty while every promise was kept. Peers and tests report their own findings here too.
  [[nodiscard]] const std::vector<std::string>& violations() const { return violations_; }
  void report(std::string what) { violated(std::move(what)); }

 private:
  Link& open(Driver& driver, const Address& address) override;
  void resolve(const std::string& name,
               std::function<void(std::span<const Address>)> answer) override;
  void wake_others(const Engine& caller) override;
  void store(std::string record, std::string data) override;
  void violated(std::string what) override;

  Link& new_link(EngineSide& side, std::shared_ptr<Peer> peer);

  Random random_;
  FaultPlan plan_;
  Scheduler scheduler_;
  std::deque<Driver> drivers_;
  std::deque<Link> links_;  ///< All there ever were: late events may still point to them.
  std::map<std::pair<std::uint32_t, std::uint16_t>, Host> hosts_;
  std::map<std::string, std::vector<Address>> names_;
  std::vector<std::string> violations_;
  Disk* disk_ = nullptr;
};

}  // namespace postern::platform::sim
