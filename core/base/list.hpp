#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/pool.hpp"
#include "core/base/slots.hpp"

namespace postern {

/// What an item carries to be in a list: 4 bytes. One link, one list at a time.
struct ListLink {
  /// Stands in both members while the item is in no list.
  static constexpr std::uint16_t unlinked = 0xFFFE;

  std::uint16_t previous = unlinked;
  std::uint16_t next = unlinked;

  [[nodiscard]] constexpr bool linked() const { return previous != unlinked; }
};

/// A doubly linked list of slots, the links standing in the items. The untyped body of List. All
/// O(1). Pushing an item that is linked, or removing one that is not, is our own mistake and
/// asserts.
class SlotList {
 public:
  explicit SlotList(SlotField<ListLink> links) : links_(links) {}
  // Two heads of one list would disagree after the first push.
  SlotList(const SlotList&) = delete;
  SlotList& operator=(const SlotList&) = delete;

  void push_front(std::uint16_t slot);
  void push_back(std::uint16_t slot);
  /// REQUIRES: the item is in this list (that it is in some list is checked).
  void remove(std::uint16_t slot);
  /// Takes the first item out; no_slot when the list is empty.
  std::uint16_t pop_front();

  /// no_slot when the list is empty.
  [[nodiscard]] std::uint16_t front() const { return first_; }
  [[nodiscard]] std::uint16_t back() const { return last_; }
  /// The neighbour; no_slot at the end. REQUIRES: the item is in this list.
  [[nodiscard]] std::uint16_t next(std::uint16_t slot) const { return links_[slot].next; }
  [[nodiscard]] std::uint16_t previous(std::uint16_t slot) const { return links_[slot].previous; }
  [[nodiscard]] bool empty() const { return first_ == no_slot; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  void insert(std::uint16_t slot, std::uint16_t previous, std::uint16_t next);

  SlotField<ListLink> links_;
  std::uint16_t first_ = no_slot;
  std::uint16_t last_ = no_slot;
  std::size_t size_ = 0;
};

/// The list of those items of a pool that are linked by `member`, for example List<Lookup,
/// &Lookup::link>.
template <class T, ListLink T::*member>
class List : public SlotList {
 public:
  /// REQUIRES: `pool` outlives the list.
  explicit List(Pool<T>& pool) : SlotList(pool.field(member)) {}
};

}  // namespace postern
