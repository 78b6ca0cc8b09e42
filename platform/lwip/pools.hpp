#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace postern::platform::lwip {

/// How much of one of lwIP's fixed memories is used.
struct PoolUse {
  std::string_view name;
  std::size_t count = 0;  ///< Items, or bytes for the heap.
  std::size_t used = 0;
  std::size_t used_max = 0;   ///< The high-water mark since start.
  std::uint32_t refused = 0;  ///< How often there was none left.
};

inline constexpr std::size_t pool_count = 7;

/// lwIP's memories one by one. REQUIRES: `pool` < pool_count.
PoolUse pool_use(std::size_t pool);

}  // namespace postern::platform::lwip
