#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "core/base/assert.hpp"

namespace postern {

/// Overwrites memory that held a secret, even though nobody will read it again (which would let a
/// compiler leave out an ordinary write).
inline void wipe(std::span<std::byte> bytes) {
  if (bytes.empty()) return;
  std::memset(bytes.data(), 0, bytes.size());
  // The compiler must assume that this statement reads all memory.
  asm volatile("" : : "r"(bytes.data()) : "memory");  // NOLINT(hicpp-no-assembler)
}

/// Equal, found in time that depends on the lengths alone. O(length).
inline bool constant_time_equal(std::span<const std::byte> a, std::span<const std::byte> b) {
  if (a.size() != b.size()) return false;
  std::uint8_t difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<std::uint8_t>(difference | std::to_integer<std::uint8_t>(a[i] ^ b[i]));
    // Keeps the compiler from leaving the loop once a difference is certain.
    asm volatile("" : "+r"(difference));  // NOLINT(hicpp-no-assembler)
  }
  return difference == 0;
}

/// Up to `capacity` bytes that nobody else may see. Wipes itself; has no copy, no move, no `==`, no
/// formatter, so that using it is always visible: expose().
template <std::size_t capacity>
class Secret {
 public:
  Secret() = default;
  ~Secret() { wipe(bytes_); }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  /// Replaces the bytes by a copy. False, and empty, when they do not fit.
  [[nodiscard]] bool set(std::span<const std::byte> bytes) {
    clear();
    if (bytes.size() > capacity) return false;
    if (!bytes.empty()) std::memcpy(bytes_, bytes.data(), bytes.size());
    size_ = bytes.size();
    return true;
  }
  void clear() {
    wipe(bytes_);
    size_ = 0;
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  /// The bytes themselves, valid until set(), clear() or the end. Never to be kept, logged or sent
  /// anywhere but to the peer they are meant for.
  [[nodiscard]] std::span<const std::byte> expose() const { return {bytes_, size_}; }

  /// In constant time. The length is not a secret.
  [[nodiscard]] bool equals(std::span<const std::byte> other) const {
    return constant_time_equal(expose(), other);
  }

 private:
  std::byte bytes_[capacity] = {};
  std::size_t size_ = 0;
};

}  // namespace postern
