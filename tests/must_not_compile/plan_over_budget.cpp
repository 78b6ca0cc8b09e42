// A product whose limits need more memory than its board has does not build.
// expect: static assertion failed|static_assert failed
#include "core/base/memory_plan.hpp"

constexpr postern::MemoryPlan plan_for(unsigned connections) {
  postern::MemoryPlan plan;
  plan.add({"connections", connections, 512});
  return plan;
}

#ifdef GOOD
static_assert(plan_for(8).total_bytes() <= 4 * postern::KiB);
#else
static_assert(plan_for(9).total_bytes() <= 4 * postern::KiB);
#endif
