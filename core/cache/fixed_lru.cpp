#include "core/cache/fixed_lru.hpp"

#include "core/base/assert.hpp"

namespace postern::cache {

FixedLru::FixedLru(std::span<std::byte> memory, const Counts& slot_counts)
    : bucket_mask_(bucket_count(slot_counts) - 1), slot_counts_(slot_counts) {
  const std::size_t slots = std::size_t{slot_counts[0]} + slot_counts[1];
  POSTERN_ASSERT(slots < 0x80000000);
  POSTERN_ASSERT(memory.size() >= memory_bytes(slot_counts));
  POSTERN_ASSERT(reinterpret_cast<std::uintptr_t>(memory.data()) % alignment == 0);
  tags_ = reinterpret_cast<crypto::Tag*>(memory.data());
  links_ = reinterpret_cast<Links*>(tags_ + slots);
  buckets_ = reinterpret_cast<std::uint32_t*>(links_ + slots);
}

std::uint32_t FixedLru::find(const crypto::Tag& tag) const {
  for (std::uint32_t at = bucket(tag); at != 0; at = links_[at - 1].chain) {
    if (tags_[at - 1] == tag) return at - 1;
  }
  return none;
}

void FixedLru::use(std::uint32_t slot) {
  Order& order = orders_[order_of(slot)];
  POSTERN_ASSERT(links_[slot].newer != free_mark);
  if (order.newest == slot) return;
  detach(order, slot);
  append(order, slot);
}

FixedLru::Inserted FixedLru::insert(std::size_t order, const crypto::Tag& tag) {
  if (slot_counts_[order] == 0) return {none, false};
  const bool full = orders_[order].size == slot_counts_[order];
  if (full) remove(orders_[order].oldest);
  const std::uint32_t slot = take_slot(order);
  tags_[slot] = tag;
  std::uint32_t& head = bucket(tag);
  links_[slot].chain = head;
  head = slot + 1;
  append(orders_[order], slot);
  ++orders_[order].size;
  return {slot, full};
}

void FixedLru::remove(std::uint32_t slot) {
  Order& order = orders_[order_of(slot)];
  Links& links = links_[slot];
  POSTERN_ASSERT(links.newer != free_mark);
  std::uint32_t* at = &bucket(tags_[slot]);
  while (*at != slot + 1) {
    POSTERN_ASSERT(*at != 0);
    at = &links_[*at - 1].chain;
  }
  *at = links.chain;
  detach(order, slot);
  links = {order.first_free, none, free_mark};
  order.first_free = slot;
  --order.size;
}

/// The slot freed last, or else one never used before. REQUIRES: the order is not full.
std::uint32_t FixedLru::take_slot(std::size_t order) {
  Order& o = orders_[order];
  if (o.first_free != none) {
    const std::uint32_t slot = o.first_free;
    o.first_free = links_[slot].chain;
    return slot;
  }
  POSTERN_ASSERT(o.used_max < slot_counts_[order]);
  return (order == 0 ? 0 : slot_counts_[0]) + o.used_max++;
}

void FixedLru::append(Order& order, std::uint32_t slot) {
  links_[slot].older = order.newest;
  links_[slot].newer = none;
  (order.newest == none ? order.oldest : links_[order.newest].newer) = slot;
  order.newest = slot;
}

void FixedLru::detach(Order& order, std::uint32_t slot) {
  const Links& links = links_[slot];
  (links.older == none ? order.oldest : links_[links.older].newer) = links.newer;
  (links.newer == none ? order.newest : links_[links.newer].older) = links.older;
}

}  // namespace postern::cache
