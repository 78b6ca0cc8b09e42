#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "core/base/assert.hpp"
#include "core/base/memory_plan.hpp"
#include "core/base/slots.hpp"

namespace postern {

/// A fixed number of equal places, given out by slot. The untyped body of Pool; also for items
/// whose size is known only from the configuration.
///
/// The slot freed last is given out first, so that few pages stay warm, and a place is touched for
/// the first time when all places below it are in use: what was never needed stays unmapped. In
/// sanitizer builds free places are poisoned. One thread.
class SlotPool {
 public:
  static constexpr std::size_t count_max = 0xFFFE;

  /// The row of the memory plan for `count` items.
  static constexpr MemoryRow row(std::string_view what, std::size_t count, std::size_t item_bytes,
                                 MemoryScope scope) {
    return {what, count,
            (item_bytes + alignof(Mark) - 1) / alignof(Mark) * alignof(Mark) + sizeof(Mark), scope};
  }

  /// REQUIRES: `memory` is as long as the row says, starts at a multiple of the items' alignment
  /// and outlives the pool; count <= count_max.
  SlotPool(std::span<std::byte> memory, std::size_t count, std::size_t item_bytes);
  ~SlotPool();
  SlotPool(const SlotPool&) = delete;
  SlotPool& operator=(const SlotPool&) = delete;

  /// A free slot, or nothing when all are in use. Its bytes are what the last user left, or
  /// untouched. O(1).
  [[nodiscard]] std::optional<std::uint16_t> acquire();
  /// REQUIRES: the slot is in use (a double release is our own mistake). O(1).
  void release(std::uint16_t slot);

  /// REQUIRES: the slot was given out before. A use after release is found by the sanitizer.
  [[nodiscard]] std::byte* item(std::uint16_t slot) const {
    POSTERN_ASSERT(slot < used_max_);
    return items_ + slot * item_bytes_;
  }

  /// Number of times the slot was released, modulo 2^16: with the slot, a handle that can be
  /// recognised as stale. REQUIRES: the slot was given out before.
  [[nodiscard]] std::uint16_t generation(std::uint16_t slot) const {
    POSTERN_ASSERT(slot < used_max_);
    return marks_[slot].generation;
  }
  /// True if the slot is in use and was not released since it had this generation. Any slot may be
  /// asked for.
  [[nodiscard]] bool holds(std::uint16_t slot, std::uint16_t generation) const {
    return in_use(slot) && marks_[slot].generation == generation;
  }
  [[nodiscard]] bool in_use(std::uint16_t slot) const {
    return slot < used_max_ && marks_[slot].next_free == taken;
  }

  /// Where item 0 lies, in use or not.
  [[nodiscard]] std::byte* first_item() const { return items_; }

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::size_t used() const { return used_; }
  /// The most that were ever in use at once; slots from here on were never touched.
  [[nodiscard]] std::size_t used_max() const { return used_max_; }

 private:
  struct Mark {
    std::uint16_t next_free;  ///< `taken` while in use.
    std::uint16_t generation;
  };
  static constexpr std::uint16_t taken = 0xFFFE;

  std::byte* items_;
  Mark* marks_;  ///< Beside the items, not in them, so that a free item stays poisoned.
  std::size_t item_bytes_;
  std::uint16_t count_;
  std::uint16_t used_ = 0;
  std::uint16_t used_max_ = 0;
  std::uint16_t first_free_ = no_slot;
};

/// A fixed number of objects, given out by slot, in memory given at construction. See SlotPool for
/// the order and for what is (not) touched. What happens when it is empty is the caller's decision,
/// and the caller's to count.
template <class T>
class Pool {
  static_assert(std::is_trivially_destructible_v<T>);
  static_assert(alignof(T) <= MemoryRow::alignment);

 public:
  static constexpr MemoryRow row(std::string_view what, std::size_t count,
                                 MemoryScope scope = MemoryScope::PerWorker) {
    return SlotPool::row(what, count, sizeof(T), scope);
  }

  /// REQUIRES: `memory` is as long as row() says, aligned for T, and outlives the pool; count <= 65
  /// 534.
  Pool(std::span<std::byte> memory, std::size_t count) : body_(memory, count, sizeof(T)) {}

  /// The slot of a newly made T (default-initialised: members with an initialiser have it, the
  /// others hold anything), or nothing when all are in use. O(1).
  [[nodiscard]] std::optional<std::uint16_t> acquire() {
    const std::optional<std::uint16_t> slot = body_.acquire();
    if (slot) new (body_.item(*slot)) T;
    return slot;
  }
  /// REQUIRES: the slot is in use.
  void release(std::uint16_t slot) { body_.release(slot); }

  /// REQUIRES: the slot is in use.
  T& operator[](std::uint16_t slot) { return *reinterpret_cast<T*>(body_.item(slot)); }
  const T& operator[](std::uint16_t slot) const {
    return *reinterpret_cast<const T*>(body_.item(slot));
  }

  /// See SlotPool.
  [[nodiscard]] std::uint16_t generation(std::uint16_t slot) const {
    return body_.generation(slot);
  }
  [[nodiscard]] bool holds(std::uint16_t slot, std::uint16_t generation) const {
    return body_.holds(slot, generation);
  }
  [[nodiscard]] bool in_use(std::uint16_t slot) const { return body_.in_use(slot); }
  [[nodiscard]] std::size_t count() const { return body_.count(); }
  [[nodiscard]] std::size_t used() const { return body_.used(); }
  [[nodiscard]] std::size_t used_max() const { return body_.used_max(); }

  /// A field of all items, for lists and deadlines that run through them.
  template <class Field>
  [[nodiscard]] SlotField<Field> field(Field T::*member) {
    return {reinterpret_cast<T*>(body_.first_item()), member};
  }

 private:
  SlotPool body_;
};

}  // namespace postern
