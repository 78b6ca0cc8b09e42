#include "core/gateway/timestamp.hpp"

#include <algorithm>
#include <cstdint>

namespace postern::gateway {
namespace {

void two_digits(ByteWriter& out, std::int64_t value) {
  out.character(static_cast<char>('0' + value / 10 % 10));
  out.character(static_cast<char>('0' + value % 10));
}

}  // namespace

void write_timestamp(ByteWriter& out, WallTime time) {
  const std::int64_t seconds = std::clamp<std::int64_t>(time.s, 0, 253402300799);
  // Days to a civil date: years begin in March, so that the leap day is the last of its year.
  const std::int64_t days = seconds / 86400 + 719468;
  const std::int64_t era = days / 146097;
  const std::int64_t day_of_era = days % 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const std::int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  two_digits(out, year / 100);
  two_digits(out, year % 100);
  out.character('-');
  two_digits(out, month);
  out.character('-');
  two_digits(out, day_of_year - (153 * shifted_month + 2) / 5 + 1);
  out.character('T');
  two_digits(out, seconds / 3600 % 24);
  out.character(':');
  two_digits(out, seconds / 60 % 60);
  out.character(':');
  two_digits(out, seconds % 60);
  out.character('Z');
}

}  // namespace postern::gateway
