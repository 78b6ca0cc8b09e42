#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "platform/sim/fault_plan.hpp"
#include "platform/sim/peers/client.hpp"
#include "platform/sim/peers/provider.hpp"
#include "platform/sim/peers/upstream.hpp"
#include "platform/sim/world.hpp"
#include "tests/simulation/gateway_under_test.hpp"
#include "tests/simulation/story.hpp"

namespace postern::simulation {

/// One seed, one run: the whole gateway in a world of drawn clients, peers and faults, from its
/// start until the last connection has gone.
class Simulation {
 public:
  explicit Simulation(std::uint64_t seed);

  void run();
  /// Every invariant that did not hold; empty: all of them did.
  [[nodiscard]] std::vector<std::string> findings();
  /// The story in a few lines, for whoever replays a seed.
  [[nodiscard]] std::string description() const;

 private:
  void furnish();
  void furnish_documents();
  void send_clients();
  void disturb();
  void drain();
  void check_rest();

  platform::sim::Random random_;
  platform::sim::FaultPlan plan_;
  Story story_;
  GatewayUnderTest gateway_;
  platform::sim::Disk disk_;
  platform::sim::World world_;
  platform::sim::Provider provider_;
  platform::sim::Upstream historian_;
  platform::sim::Upstream camera_;
  std::vector<std::shared_ptr<platform::sim::Client>> clients_;
  bool drains_ = false;
  bool listening_ = true;
};

}  // namespace postern::simulation
