#include "platform/sim/fault_plan.hpp"

#include <algorithm>

namespace postern::platform::sim {

FaultPlan FaultPlan::draw(Random& random) {
  FaultPlan plan;
  // Cutting, delays, small sockets and idle wake-ups lose nothing, so calm runs have them too.
  plan.whole_rate = static_cast<unsigned>(random.below(1001));
  if (random.chance(500)) plan.delay_max = milliseconds(random.between(1, 40));
  if (random.chance(500)) plan.lateness_max = milliseconds(random.between(0, 5));
  if (random.chance(300)) {
    plan.small_socket_rate = static_cast<unsigned>(random.below(600));
    // Many round trips per message: they must be short, or time-outs would be right to strike.
    plan.delay_max = microseconds(std::min<std::int64_t>(plan.delay_max.us, 5000));
  }
  if (random.chance(500)) plan.spurious_rate = 50;
  if (random.chance(333)) return plan;

  plan.calm = false;
  const bool everything = random.chance(150);
  const auto sometimes = [&](unsigned rate_max) {
    return everything || random.chance(350) ? static_cast<unsigned>(random.below(rate_max + 1))
                                            : 0U;
  };
  plan.cut_rate = sometimes(400);
  plan.refused_rate = sometimes(300);
  plan.unreachable_rate = sometimes(200);
  plan.hanging_rate = sometimes(200);
  plan.name_failure_rate = sometimes(400);
  plan.name_slow_rate = sometimes(400);
  plan.wall_jump_rate = sometimes(300);
  return plan;
}

}  // namespace postern::platform::sim
