#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/assert.hpp"
#include "core/base/pool.hpp"

namespace postern::gateway {

/// Bytes on their way: a run [begin, end) inside one block of fixed size. The block follows the two
/// marks in memory, so a buffer in use touches its pages and nothing else.
class Buffer {
 public:
  [[nodiscard]] std::string_view text() const { return {data() + begin_, size()}; }
  [[nodiscard]] std::size_t size() const { return end_ - begin_; }
  [[nodiscard]] bool empty() const { return begin_ == end_; }

  /// Drops the first `count` bytes. REQUIRES: count <= size().
  void consume(std::size_t count) {
    POSTERN_ASSERT(count <= size());
    begin_ += static_cast<std::uint32_t>(count);
  }
  /// Counts `count` bytes that were written to Buffers::tail(). REQUIRES: they fitted.
  void produce(std::size_t count) { end_ += static_cast<std::uint32_t>(count); }
  /// Puts back what was consumed since the buffer was last empty or compacted, to be sent a second
  /// time.
  void rewind() { begin_ = 0; }

 private:
  friend class Buffers;
  [[nodiscard]] char* data() { return reinterpret_cast<char*>(this + 1); }
  [[nodiscard]] const char* data() const { return reinterpret_cast<const char*>(this + 1); }
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
};

/// Buffers of one size. An idle connection owns none.
class Buffers {
 public:
  static constexpr MemoryRow row(std::string_view what, std::size_t count, std::size_t capacity) {
    return SlotPool::row(what, count, item_bytes(capacity), MemoryScope::PerWorker);
  }
  /// REQUIRES: `memory` is as long as the row says.
  Buffers(std::span<std::byte> memory, std::size_t count, std::size_t capacity)
      : pool_(memory, count, item_bytes(capacity)), capacity_(capacity) {}

  /// A slot, empty; no_slot when all are in use.
  std::uint16_t acquire();
  /// Gives the slot back. Its bytes are wiped when `secret`.
  void release(std::uint16_t slot, bool secret);

  Buffer& operator[](std::uint16_t slot) { return *reinterpret_cast<Buffer*>(pool_.item(slot)); }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] std::size_t used() const { return pool_.used(); }
  [[nodiscard]] std::size_t left() const { return pool_.count() - pool_.used(); }

  /// Room behind the bytes of `buffer`. When it is less than `wanted`, the bytes are moved to the
  /// front first: views into the buffer die then, and nothing can be rewound.
  std::span<char> tail(Buffer& buffer, std::size_t wanted);

 private:
  static constexpr std::size_t item_bytes(std::size_t capacity) {
    return (sizeof(Buffer) + capacity + 15) & ~std::size_t{15};
  }
  SlotPool pool_;
  std::size_t capacity_;
};

}  // namespace postern::gateway
