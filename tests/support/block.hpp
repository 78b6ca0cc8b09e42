#pragma once

#include <cstddef>
#include <cstring>
#include <new>
#include <span>

#include "core/base/memory_plan.hpp"

namespace postern::test {

/// A block of memory as a platform would map it: zeroed, aligned to a page. Freed with the test.
class Block {
 public:
  explicit Block(std::size_t size) : size_(size) {
    bytes_ = static_cast<std::byte*>(::operator new(size == 0 ? 1 : size, page));
    std::memset(bytes_, 0, size);
  }
  explicit Block(const MemoryPlan& plan) : Block(static_cast<std::size_t>(plan.total_bytes())) {}
  ~Block() { ::operator delete(bytes_, page); }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  [[nodiscard]] std::span<std::byte> bytes() const { return {bytes_, size_}; }

 private:
  static constexpr std::align_val_t page{4096};
  std::byte* bytes_;
  std::size_t size_;
};

}  // namespace postern::test
