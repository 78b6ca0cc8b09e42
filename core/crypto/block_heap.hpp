#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace postern::crypto {

/// Pieces of any size out of one block of memory, in any order, for a library that must have them.
/// What is free is sorted into bins by size, and a piece is taken from the first bin that surely
/// fits, so that small ones fill the gaps of small ones and large gaps stay whole; what is given
/// back grows together with its free neighbours. Both O(1): TLSF (Masmano et al., 2004),
/// simplified.
///
/// Knows no lock. Sixteen bytes of each piece are its head. Memory that was never taken is never
/// touched, but for heads.
class BlockHeap {
 public:
  static constexpr std::size_t unit_bytes = 16;

  /// Of no block: gives nothing.
  constexpr BlockHeap() { bins_.fill(none); }
  /// Of a block below 16 GiB, which outlives it; what does not make whole units is left alone.
  explicit BlockHeap(std::span<std::byte> block);

  /// Aligned to 16 bytes, not cleared. Null: no free piece is large enough.
  void* take(std::size_t byte_count);
  /// REQUIRES: `place` came from take() and was not given back since. (Checked, for the most part.)
  void give_back(void* place);
  [[nodiscard]] bool contains(const void* place) const;

  /// With heads.
  [[nodiscard]] std::size_t used_bytes() const { return used_ * unit_bytes; }

 private:
  using Index = std::uint32_t;  // in units from the block's start
  struct Head {
    std::uint32_t units;         // this piece, head included
    std::uint32_t units_before;  // the piece before it; 0: none
    Index next;                  // in its bin while free; else `taken`
    Index previous;
  };
  static_assert(sizeof(Head) == unit_bytes);
  static constexpr Index none = 0xFFFFFFFF;
  static constexpr Index taken = 0xFFFFFFFE;
  static constexpr std::size_t bin_count = 256;

  Head& at(Index index) { return heads_[index]; }
  static std::size_t bin_of(std::uint32_t units);
  Index find(std::uint32_t units);
  [[nodiscard]] std::size_t first_filled_bin(std::size_t from) const;
  void add(Index index);
  void remove(Index index);

  Head* heads_ = nullptr;
  std::uint32_t units_ = 0;              // of the block, without the head that ends it
  std::size_t used_ = 0;                 // in units
  std::array<Index, bin_count> bins_{};  // the first piece of each
  std::array<std::uint64_t, bin_count / 64> filled_{};  // a bit for each bin that is not empty
};

}  // namespace postern::crypto
