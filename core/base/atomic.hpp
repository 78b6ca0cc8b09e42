#pragma once

#include <atomic>
#include <type_traits>

namespace postern {

/// Stands in for std::atomic where the processor cannot write a T in one piece: a Cortex-M and 64
/// bits. The core runs in one loop or one task there, so nobody looks while it writes.
template <class T>
class OneThreadsValue {
 public:
  constexpr OneThreadsValue() = default;
  constexpr OneThreadsValue(T value) : value_(value) {}  // NOLINT(google-explicit-constructor)
  OneThreadsValue(const OneThreadsValue&) = delete;
  OneThreadsValue& operator=(const OneThreadsValue&) = delete;

  [[nodiscard]] T load(std::memory_order) const { return value_; }
  void store(T value, std::memory_order) { value_ = value; }
  T fetch_add(T more, std::memory_order) {
    const T before = value_;
    value_ += more;
    return before;
  }

 private:
  T value_{};
};

/// A number that one thread changes while others read it: never half of it, and never by a lock, as
/// the C++ library has for what the processor cannot do.
template <class T>
using Atomic =
    std::conditional_t<std::atomic<T>::is_always_lock_free, std::atomic<T>, OneThreadsValue<T>>;

}  // namespace postern
