#pragma once

#include <cstddef>
#include <cstdint>

namespace postern {

/// A slot is the index of an item in an array of fixed size. "No slot": the end of a list, an empty
/// answer.
inline constexpr std::uint16_t no_slot = 0xFFFF;

/// One field of every item of an array, reached by slot: what lets one untyped body link items of
/// any type. Only computes addresses; the array must outlive it. Which items may be touched is the
/// user's business.
template <class Field>
class SlotField {
 public:
  template <class Item>
  SlotField(Item* items, Field Item::*field)
      : first_(reinterpret_cast<std::byte*>(&(items->*field))), stride_(sizeof(Item)) {}

  Field& operator[](std::uint16_t slot) const {
    return *reinterpret_cast<Field*>(first_ + slot * stride_);
  }

 private:
  std::byte* first_;
  std::size_t stride_;
};

}  // namespace postern
