#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/bytes.hpp"
#include "core/base/counters.hpp"
#include "core/base/time.hpp"

namespace postern {

/// What every program says of itself when it is asked, whatever else it adds.
struct Status {
  ClockTrust clock = ClockTrust::Unknown;
  std::uint64_t store_failures = 0;  ///< Records that could not be written since the start.
  CounterTotals counters;
};

/// Longest text write_members() can produce for a status, in bytes.
constexpr std::size_t status_members_bytes_max() { return counter_members_bytes_max() + 80; }

/// Writes `"clock":"synchronised","store_failures":0,` and every counter: members of a JSON object,
/// the braces being the caller's.
void write_members(ByteWriter& out, const Status& status);

}  // namespace postern
