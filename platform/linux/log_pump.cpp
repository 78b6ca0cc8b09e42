#include "platform/linux/log_pump.hpp"

#include "platform/linux/stream.hpp"

namespace postern::platform {
namespace {

constexpr std::size_t enough_bytes = 4096;
constexpr Duration patience = milliseconds(20);
// More waits for the next turn: connections come first.
constexpr int writes_per_turn_max = 8;

}  // namespace

void LogPump::turn(MonotonicTime now) {
  const std::size_t waiting = size_of(engine_.log_window());
  if (waiting == 0) {
    due_ = never;
    return;
  }
  if (due_ == never) due_ = now + patience;
  if (waiting < enough_bytes && now < due_) return;
  // A reader that does not read is tried again when it has had time to.
  due_ = write_some() ? never : now + patience;
}

bool LogPump::write_some() {
  for (int i = 0; i < writes_per_turn_max; ++i) {
    const SendWindow lines = engine_.log_window();
    if (size_of(lines) == 0) return true;
    const std::size_t written = stream_.write(lines);
    if (written == 0) return false;
    engine_.log_written(written);
  }
  return size_of(engine_.log_window()) == 0;
}

void LogPump::finish() {
  for (;;) {
    const SendWindow lines = engine_.log_window();
    const std::size_t written = stream_.write(lines);
    if (written == 0) return;
    engine_.log_written(written);
  }
}

}  // namespace postern::platform
