#include "platform/lwip/pools.hpp"

#include <lwip/memp.h>
#include <lwip/stats.h>

#include <array>

#include "core/base/assert.hpp"

namespace postern::platform::lwip {
namespace {

struct Pool {
  std::string_view name;
  int number;  ///< As lwIP counts them; below zero: its heap.
};
constexpr std::array<Pool, pool_count> pools = {{
    {"connections", MEMP_TCP_PCB},
    {"listeners", MEMP_TCP_PCB_LISTEN},
    {"segments", MEMP_TCP_SEG},
    {"frames", MEMP_PBUF_POOL},
    {"datagram_ports", MEMP_UDP_PCB},
    {"timeouts", MEMP_SYS_TIMEOUT},
    {"heap_bytes", -1},
}};

}  // namespace

PoolUse pool_use(std::size_t pool) {
  POSTERN_ASSERT(pool < pools.size());
  const Pool& row = pools[pool];
  const stats_mem& stats = row.number < 0 ? lwip_stats.mem : *lwip_stats.memp[row.number];
  return {row.name, stats.avail, stats.used, stats.max, stats.err};
}

}  // namespace postern::platform::lwip
