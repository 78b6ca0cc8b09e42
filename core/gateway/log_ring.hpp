#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/platform.hpp"

namespace postern::gateway {

/// Whole lines waiting to be written, in a ring of fixed size. When the reader is too slow new
/// lines are lost and counted; nobody waits. In `ring` mode (no reader) the oldest lines are
/// overwritten instead.
class LogRing {
 public:
  enum class WhenFull : std::uint8_t { LoseNew, LoseOldest };
  LogRing(std::span<char> memory, WhenFull when_full) : memory_(memory), when_full_(when_full) {}

  /// Adds `line`, which must end in a line feed. False: it was lost.
  bool add(std::string_view line);

  /// Everything that waits, oldest first, in at most two pieces.
  [[nodiscard]] SendWindow window() const;
  /// REQUIRES: byte_count <= what window() held.
  void consume(std::size_t byte_count);
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  void drop_oldest_line();

  std::span<char> memory_;
  std::size_t begin_ = 0;
  std::size_t size_ = 0;
  WhenFull when_full_;
};

}  // namespace postern::gateway
