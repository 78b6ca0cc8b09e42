#include "core/base/counters.hpp"

namespace postern {

void CounterTotals::add(const Counters& engine) {
  for (std::size_t i = 0; i < counter_count; ++i) values_[i] += engine[static_cast<Counter>(i)];
}

void write_members(ByteWriter& out, const CounterTotals& totals) {
  // The names need no escaping: a test says so.
  for (std::size_t i = 0; i < counter_count; ++i) {
    if (i != 0) out.character(',');
    out.character('"');
    out.text(counter_descriptions[i].name);
    out.text("\":");
    out.number(totals[static_cast<Counter>(i)]);
  }
}

}  // namespace postern
