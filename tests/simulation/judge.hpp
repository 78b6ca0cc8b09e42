#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/sim/fault_plan.hpp"
#include "platform/sim/peers/client.hpp"
#include "platform/sim/peers/provider.hpp"
#include "platform/sim/peers/upstream.hpp"
#include "tests/simulation/story.hpp"

namespace postern::simulation {

/// All that a run left behind.
struct Evidence {
  const Story& story;
  const platform::sim::FaultPlan& plan;
  /// Nothing but the peers' own doings disturbs the run: every answer can be foretold.
  bool exact = false;
  /// Nothing ran out of room, and nobody was sent away: 503 is a provider's doing.
  bool ample = false;
  const platform::sim::Provider& provider;
  const platform::sim::Upstream& historian;
  const platform::sim::Upstream& camera;
  const std::vector<std::shared_ptr<platform::sim::Client>>& clients;
  std::string log;
};

/// The invariants that are judged by what clients, provider and upstreams saw. What was broken;
/// empty: nothing.
std::vector<std::string> judge(const Evidence& evidence);

}  // namespace postern::simulation
