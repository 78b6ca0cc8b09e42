// A broken assumption in a plan made by the compiler is an error of the compiler's.
// expect: constant expression|non-.?constexpr
#include "core/base/memory_plan.hpp"

constexpr postern::MemoryPlan plan_for(unsigned long long bytes) {
  postern::MemoryPlan plan;
  plan.add({"facts", 4, bytes});
  return plan;
}

#ifdef GOOD
constexpr postern::MemoryPlan plan = plan_for(1024);
#else
constexpr postern::MemoryPlan plan = plan_for(~0ULL);
#endif
static_assert(plan.total_bytes() > 0);
