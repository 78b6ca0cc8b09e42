#include "core/base/pool.hpp"

#include "core/base/poison.hpp"

namespace postern {

SlotPool::SlotPool(std::span<std::byte> memory, std::size_t count, std::size_t item_bytes)
    : items_(memory.data()), item_bytes_(item_bytes), count_(static_cast<std::uint16_t>(count)) {
  POSTERN_ASSERT(count <= count_max);
  const std::size_t marks_at =
      (count * item_bytes + alignof(Mark) - 1) / alignof(Mark) * alignof(Mark);
  POSTERN_ASSERT(marks_at + count * sizeof(Mark) <= memory.size());
  POSTERN_ASSERT(reinterpret_cast<std::uintptr_t>(items_) % alignof(Mark) == 0);
  marks_ = reinterpret_cast<Mark*>(items_ + marks_at);
  poison(items_, count * item_bytes);
}

SlotPool::~SlotPool() { unpoison(items_, count_ * item_bytes_); }

std::optional<std::uint16_t> SlotPool::acquire() {
  std::uint16_t slot = first_free_;
  if (slot != no_slot) {
    POSTERN_ASSERT(slot < used_max_);
    first_free_ = marks_[slot].next_free;
    POSTERN_ASSERT(first_free_ != taken);
  } else {
    if (used_max_ == count_) return std::nullopt;
    slot = used_max_++;
    marks_[slot].generation = 0;
  }
  marks_[slot].next_free = taken;
  ++used_;
  unpoison(items_ + slot * item_bytes_, item_bytes_);
  return slot;
}

void SlotPool::release(std::uint16_t slot) {
  POSTERN_ASSERT(slot < used_max_);
  Mark& mark = marks_[slot];
  POSTERN_ASSERT(mark.next_free == taken);
  POSTERN_ASSERT(used_ > 0);
  mark.next_free = first_free_;
  ++mark.generation;
  first_free_ = slot;
  --used_;
  poison(items_ + slot * item_bytes_, item_bytes_);
}

}  // namespace postern
