#include "core/gateway/floor_record.hpp"

#include <array>
#include <string_view>

#include "core/gateway/timestamp.hpp"
#include "core/http/framing.hpp"

namespace postern::gateway {

void write_floor_record(ByteWriter& out, WallTime floor) {
  write_timestamp(out, floor);
  out.character(' ');
  out.signed_number(floor.s);
  out.character('\n');
}

// A record is one when its seconds, written anew, give the same text: one comparison, and no parser
// for dates.
Result<WallTime, FloorRecordError> read_floor_record(std::span<const std::byte> record,
                                                     WallTime built) {
  const std::string_view text = as_text(record);
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos || !text.ends_with('\n')) {
    return Failure{FloorRecordError::Malformed};
  }
  const auto seconds = http::decimal(text.substr(space + 1, text.size() - space - 2));
  if (!seconds) return Failure{FloorRecordError::Malformed};
  const WallTime floor{static_cast<std::int64_t>(*seconds)};
  std::array<char, floor_record_bytes_max> memory;
  ByteWriter same(memory);
  write_floor_record(same, floor);
  if (!same.ok() || same.written() != text) return Failure{FloorRecordError::Malformed};
  constexpr std::int64_t year_s = 366 * 86'400;
  if (floor.s > built.s + floor_years_max * year_s) return Failure{FloorRecordError::TooFarAhead};
  return floor;
}

}  // namespace postern::gateway
