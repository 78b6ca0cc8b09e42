#pragma once

#include "core/platform.hpp"
#include "platform/linux/log_stream.hpp"

namespace postern::platform {

/// Moves one engine's log to the log stream. Lines are gathered: written when there are 4 KiB of
/// them or after 20 ms, so that a busy gateway does not pay a system call per line.
class LogPump {
 public:
  LogPump(Engine& engine, const LogStream& stream) : engine_(engine), stream_(stream) {}

  /// Once per wake-up.
  void turn(MonotonicTime now);
  /// Everything, now, as far as the stream takes it: the last word of this engine.
  void finish();
  [[nodiscard]] MonotonicTime next_deadline() const { return due_; }

 private:
  /// True: nothing is left.
  bool write_some();

  Engine& engine_;
  const LogStream& stream_;
  MonotonicTime due_ = never;
};

}  // namespace postern::platform
