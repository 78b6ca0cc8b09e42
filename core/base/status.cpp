#include "core/base/status.hpp"

namespace postern {

void write_members(ByteWriter& out, const Status& status) {
  out.text(R"("clock":")");
  out.text(name(status.clock));
  out.text(R"(","store_failures":)");
  out.number(status.store_failures);
  out.character(',');
  write_members(out, status.counters);
}

}  // namespace postern
