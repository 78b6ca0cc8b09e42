#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "core/base/assert.hpp"

namespace postern::platform::lwip {

/// Bytes in the order of their arrival, at most `capacity`.
template <std::size_t capacity>
class ByteRing {
 public:
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] std::size_t size() const { return count_; }

  /// Room behind what is there, in one piece; the rest of the room begins at the front.
  /// What is written there counts with filled().
  std::span<std::byte> room() {
    const std::size_t end = (first_ + count_) % capacity;
    return std::span(bytes_).subspan(end, std::min(capacity - count_, capacity - end));
  }
  void filled(std::size_t count) {
    POSTERN_ASSERT(count <= capacity - count_);
    count_ += count;
  }

  /// The oldest bytes, in one piece. Empty only when there are none.
  [[nodiscard]] std::span<const std::byte> front() const {
    return std::span(bytes_).subspan(first_, std::min(count_, capacity - first_));
  }
  void drop(std::size_t count) {
    POSTERN_ASSERT(count <= count_);
    first_ = (first_ + count) % capacity;
    count_ -= count;
  }
  void clear() { first_ = count_ = 0; }

 private:
  std::array<std::byte, capacity> bytes_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace postern::platform::lwip
