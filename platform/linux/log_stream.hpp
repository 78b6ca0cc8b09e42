#pragma once

#include <cstddef>
#include <mutex>

#include "core/platform.hpp"
#include "platform/linux/descriptor.hpp"

namespace postern::platform {

/// Where log lines go: standard error, without ever waiting for whoever reads it.
///
/// O_NONBLOCK on the descriptor itself would change it for every program that shares it (a shell's
/// terminal), poll() before a blocking write() is a race between workers, and a writer thread would
/// be one more queue. So: a pipe or terminal is opened once more by its name below /proc, which
/// gives a file description of our own with O_NONBLOCK; a socket (the journal) takes MSG_DONTWAIT;
/// a regular file never waits for a reader. Only where none of that is possible (a pipe of another
/// user), poll() has to do, by one worker at a time.
///
/// Several workers may write at the same time.
class LogStream {
 public:
  /// `standard_error` stays open as long as this lives.
  explicit LogStream(int standard_error);

  /// Writes what can be written now, whole lines if they are shorter than PIPE_BUF, so that those
  /// of two workers do not mix. Returns the number of bytes; 0: nothing now. Lines that can never
  /// be written (nobody reads any more) count as written.
  std::size_t write(const SendWindow& lines) const;

 private:
  enum class How : std::uint8_t { Plain, Socket, PollFirst };
  [[nodiscard]] std::size_t write_at_once(const SendWindow& lines) const;
  [[nodiscard]] bool has_room() const;

  int target_;
  How how_ = How::Plain;
  bool regular_file_ = false;
  Descriptor own_;
  mutable std::mutex asked_room_;  ///< PollFirst: between the question and the write.
};

}  // namespace postern::platform
