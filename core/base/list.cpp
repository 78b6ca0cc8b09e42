#include "core/base/list.hpp"

namespace postern {

void SlotList::insert(std::uint16_t slot, std::uint16_t previous, std::uint16_t next) {
  ListLink& link = links_[slot];
  POSTERN_ASSERT(!link.linked());
  link = {previous, next};
  (previous == no_slot ? first_ : links_[previous].next) = slot;
  (next == no_slot ? last_ : links_[next].previous) = slot;
  ++size_;
}

void SlotList::push_front(std::uint16_t slot) { insert(slot, no_slot, first_); }

void SlotList::push_back(std::uint16_t slot) { insert(slot, last_, no_slot); }

void SlotList::remove(std::uint16_t slot) {
  ListLink& link = links_[slot];
  POSTERN_ASSERT(link.linked());
  POSTERN_ASSERT(link.previous != no_slot || first_ == slot);
  POSTERN_ASSERT(link.next != no_slot || last_ == slot);
  (link.previous == no_slot ? first_ : links_[link.previous].next) = link.next;
  (link.next == no_slot ? last_ : links_[link.next].previous) = link.previous;
  link = {};
  POSTERN_ASSERT(size_ > 0);
  --size_;
}

std::uint16_t SlotList::pop_front() {
  const std::uint16_t slot = first_;
  if (slot != no_slot) remove(slot);
  return slot;
}

}  // namespace postern
