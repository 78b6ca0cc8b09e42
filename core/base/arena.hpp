#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>

namespace postern {

/// Hands out pieces of one block of memory, in order, and takes them back only all at once.
/// Used for what lives as long as its owner (configuration, pools) and for scratch work (a parsed
/// document).
class Arena {
 public:
  explicit Arena(std::span<std::byte> memory) : memory_(memory) {}

  /// `size` bytes aligned to `alignment` (a power of two), or null when the block is used up.
  void* take(std::size_t size, std::size_t alignment) {
    const auto base = reinterpret_cast<std::uintptr_t>(memory_.data());
    const std::size_t start = ((base + used_ + alignment - 1) & ~(alignment - 1)) - base;
    if (start > memory_.size() || size > memory_.size() - start) return nullptr;
    used_ = start + size;
    if (used_ > used_max_) used_max_ = used_;
    return memory_.data() + start;
  }

  /// `count` value-initialised objects, or an empty span when the block is used up.
  template <class T>
  std::span<T> take_array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    // NOLINTBEGIN(bugprone-sizeof-expression): T may well be a pointer
    if (count == 0 || count > memory_.size() / sizeof(T)) return {};
    void* place = take(count * sizeof(T), alignof(T));
    // NOLINTEND(bugprone-sizeof-expression)
    if (place == nullptr) return {};
    T* first = static_cast<T*>(place);
    for (std::size_t i = 0; i < count; ++i) new (first + i) T{};
    return {first, count};
  }

  /// A copy of `text` that lives as long as the arena; `ok` tells an empty text from no room.
  std::string_view copy(std::string_view text, bool& ok);

  void reset() { used_ = 0; }
  [[nodiscard]] std::size_t used() const { return used_; }
  [[nodiscard]] std::size_t used_max() const { return used_max_; }
  [[nodiscard]] std::size_t size() const { return memory_.size(); }

 private:
  std::span<std::byte> memory_;
  std::size_t used_ = 0;
  std::size_t used_max_ = 0;
};

}  // namespace postern
