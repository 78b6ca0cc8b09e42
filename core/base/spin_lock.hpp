#pragma once

#include <atomic>

namespace postern {

/// A lock for sections of some tens of instructions without loops over input. Nobody waits in the
/// system: the section is shorter than a system call would be.
class SpinLock {
 public:
  void lock() {
    while (flag_.test_and_set(std::memory_order_acquire)) {
      // Waits on a plain read, so that the cache line stays shared until the owner lets go.
      while (flag_.test(std::memory_order_relaxed)) relax();
    }
  }
  void unlock() { flag_.clear(std::memory_order_release); }

 private:
  static void relax() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__ARM_ARCH_7A__)
    asm volatile("yield");  // NOLINT(hicpp-no-assembler)
#endif
  }

  std::atomic_flag flag_;
};

/// Holds a lock until the end of the block.
class [[nodiscard]] SpinGuard {
 public:
  explicit SpinGuard(SpinLock& lock) : lock_(lock) { lock_.lock(); }
  ~SpinGuard() { lock_.unlock(); }
  SpinGuard(const SpinGuard&) = delete;
  SpinGuard& operator=(const SpinGuard&) = delete;

 private:
  SpinLock& lock_;
};

}  // namespace postern
