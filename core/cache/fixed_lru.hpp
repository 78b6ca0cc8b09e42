// cache: what was learned about tokens, found again by keyed tag.
// In: tags, facts as opaque bytes, times. Out: copies of the facts, or "refused", or nothing.
// Never: a token, a verdict on a request, a lock held over a wait, growth.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/crypto/sip_hash.hpp"

namespace postern::cache {

/// Slots found by tag, in order of last use, of fixed number. Holds no values: what belongs to a
/// slot lies in the owner's arrays.
///
/// There are two orders, each with slots of its own; a new entry of one never pushes out an entry
/// of the other, while any entry is found by one look.
///
/// Everything is O(1): a bucket is a chain through the slots (tags come from a keyed hash, so
/// nobody can make a chain long, and there are at least as many buckets as slots), an order is a
/// doubly linked list. An entry leaves nothing behind when it is removed, so age does not slow it
/// down. One thread at a time.
///
/// Memory is touched only as slots come into use. Buckets hold slot + 1, so that zeroed memory is
/// an empty table.
class FixedLru {
 public:
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  static constexpr std::size_t order_count = 2;
  using Counts = std::array<std::uint32_t, order_count>;

  static constexpr std::size_t alignment = 16;
  /// Bytes for so many slots per order, a multiple of 64.
  static constexpr std::size_t memory_bytes(const Counts& slot_counts);

  /// Slots of order 0 are [0, slot_counts[0]), those of order 1 follow.
  /// REQUIRES: `memory` is zeroed, memory_bytes() long, aligned and outlives the table; fewer than
  /// 2^31 slots.
  FixedLru(std::span<std::byte> memory, const Counts& slot_counts);
  FixedLru(const FixedLru&) = delete;
  FixedLru& operator=(const FixedLru&) = delete;

  /// The slot with this tag, or `none`. Changes no order.
  [[nodiscard]] std::uint32_t find(const crypto::Tag& tag) const;

  /// Makes the slot the one used last of its order. REQUIRES: in use.
  void use(std::uint32_t slot);

  struct Inserted {
    std::uint32_t slot;  ///< `none` only when the order has no slots at all.
    bool evicted;        ///< It belonged to the entry of the order that was used longest ago.
  };
  /// A slot for a tag, now the one used last. REQUIRES: no slot has this tag.
  Inserted insert(std::size_t order, const crypto::Tag& tag);

  /// REQUIRES: in use.
  void remove(std::uint32_t slot);

  [[nodiscard]] std::size_t order_of(std::uint32_t slot) const {
    return slot < slot_counts_[0] ? 0 : 1;
  }
  [[nodiscard]] std::uint32_t size(std::size_t order) const { return orders_[order].size; }
  /// The entry used longest ago, or `none`.
  [[nodiscard]] std::uint32_t oldest(std::size_t order) const { return orders_[order].oldest; }
  [[nodiscard]] const crypto::Tag& tag(std::uint32_t slot) const { return tags_[slot]; }

 private:
  /// In a list of 32-bit slots the neighbours are enough; `chain` is slot + 1 of the next in the
  /// bucket, or the next free slot.
  struct Links {
    std::uint32_t chain;
    std::uint32_t older;
    std::uint32_t newer;
  };
  struct Order {
    std::uint32_t oldest = none;
    std::uint32_t newest = none;
    std::uint32_t first_free = none;
    std::uint32_t size = 0;
    std::uint32_t used_max = 0;
  };
  static constexpr std::uint32_t free_mark = 0xFFFFFFFE;  ///< In `newer` of a free slot.

  static constexpr std::size_t bucket_count(const Counts& slot_counts) {
    const std::size_t slots = std::size_t{slot_counts[0]} + slot_counts[1];
    std::size_t buckets = 1;
    while (buckets < slots) buckets *= 2;
    return buckets;
  }
  [[nodiscard]] std::uint32_t& bucket(const crypto::Tag& tag) const {
    return buckets_[tag.low & bucket_mask_];
  }
  std::uint32_t take_slot(std::size_t order);
  void append(Order& order, std::uint32_t slot);
  void detach(Order& order, std::uint32_t slot);

  crypto::Tag* tags_;
  Links* links_;
  std::uint32_t* buckets_;
  std::uint64_t bucket_mask_;
  Counts slot_counts_;
  std::array<Order, order_count> orders_{};
};

constexpr std::size_t FixedLru::memory_bytes(const Counts& slot_counts) {
  const std::size_t slots = std::size_t{slot_counts[0]} + slot_counts[1];
  const std::size_t bytes = slots * (sizeof(crypto::Tag) + sizeof(Links)) +
                            bucket_count(slot_counts) * sizeof(std::uint32_t);
  return (bytes + 63) / 64 * 64;
}

}  // namespace postern::cache
