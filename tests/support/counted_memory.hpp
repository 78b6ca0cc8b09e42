#pragma once

#include <mbedtls/platform.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <unordered_map>

namespace postern::test {

/// The heap in place of mbedTLS's fixed block, for tests: a sanitizer sees every misuse of it, and
/// what is in use is counted exactly as the block would count it. There is one for a process; it
/// stays in use until somebody calls crypto::use_working_memory().
class CountedMemory {
 public:
  /// What stands before each piece, and the multiple that sizes are rounded up to
  /// (core/crypto/block_heap.hpp).
  static constexpr std::size_t head_bytes = 16;
  static constexpr std::size_t step_bytes = 16;

  static void use() { mbedtls_platform_set_calloc_free(calloc, free); }

  [[nodiscard]] static std::size_t in_use() { return it().in_use_; }
  /// The most that was in use since reset_peak().
  [[nodiscard]] static std::size_t peak() { return it().peak_; }
  static void reset_peak() { it().peak_ = it().in_use_; }
  /// So many more pieces are given out, then one is refused; SIZE_MAX: none ever is.
  static void refuse_after(std::size_t pieces) { it().left_ = pieces; }

  /// While one of these is alive nothing is counted: who allocates is no part of the gateway.
  class Uncounted {
   public:
    Uncounted() { ++it().uncounted_; }
    ~Uncounted() { --it().uncounted_; }
    Uncounted(const Uncounted&) = delete;
    Uncounted& operator=(const Uncounted&) = delete;
  };

 private:
  // Never destroyed: what mbedTLS itself forgets (session_memory_test.cpp names it) stays in the
  // table, so that a leak checker does not say a second time what in_use() says.
  static CountedMemory& it() {
    static CountedMemory& memory = *new CountedMemory;
    return memory;
  }

  static void* calloc(std::size_t count, std::size_t size) {
    CountedMemory& self = it();
    if (self.left_ != SIZE_MAX && self.left_-- == 0) {
      self.left_ = SIZE_MAX;
      return nullptr;
    }
    void* const piece = std::calloc(count, size);
    const std::size_t rounded = (count * size + step_bytes - 1) / step_bytes * step_bytes;
    const std::size_t cost = self.uncounted_ != 0 ? 0 : rounded + head_bytes;
    self.costs_[piece] = cost;
    self.in_use_ += cost;
    self.peak_ = std::max(self.peak_, self.in_use_);
    return piece;
  }

  // What was given out by a block before this was in use is that block's.
  static void free(void* piece) {
    CountedMemory& self = it();
    const auto found = self.costs_.find(piece);
    if (found == self.costs_.end()) return;
    self.in_use_ -= found->second;
    self.costs_.erase(found);
    std::free(piece);
  }

  std::unordered_map<void*, std::size_t> costs_;
  std::size_t in_use_ = 0;
  std::size_t peak_ = 0;
  std::size_t left_ = SIZE_MAX;
  unsigned uncounted_ = 0;
};

}  // namespace postern::test
