#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace postern::gateway {

/// How the clock's floor is written where it outlives a restart: a line for people and programs,
/// `2026-11-21T11:30:00Z 1795260600`. The date says the same as the seconds, so damage to either
/// shows. Always floor_record_bytes_max at most.
void write_floor_record(ByteWriter& out, WallTime floor);
inline constexpr std::size_t floor_record_bytes_max = 20 + 1 + 20 + 1;

/// Why a record is no floor. The clock is then known to be past the build date, as without one.
enum class FloorRecordError : std::uint8_t {
  Malformed,    ///< Not what write_floor_record() writes.
  TooFarAhead,  ///< More than floor_years_max after the build: such a floor would leave the clock
                ///< Unknown for good, so a damaged or forged one must not count.
};
/// No device runs the same build for longer.
inline constexpr int floor_years_max = 30;

/// The floor in a record. `built`: the date of this build.
Result<WallTime, FloorRecordError> read_floor_record(std::span<const std::byte> record,
                                                     WallTime built);

}  // namespace postern::gateway
