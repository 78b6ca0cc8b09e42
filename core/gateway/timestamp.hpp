#pragma once

#include "core/base/bytes.hpp"
#include "core/base/time.hpp"

namespace postern::gateway {

/// RFC 3339 in UTC, as `2026-11-20T08:15:00Z`. Years 1970 to 9999; outside of that the nearest of
/// them.
void write_timestamp(ByteWriter& out, WallTime time);

}  // namespace postern::gateway
