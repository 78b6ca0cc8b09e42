#include "core/crypto/block_heap.hpp"

#include <bit>

#include "core/base/assert.hpp"

namespace postern::crypto {

BlockHeap::BlockHeap(std::span<std::byte> block) : BlockHeap() {
  const auto start = reinterpret_cast<std::uintptr_t>(block.data());
  const std::size_t skipped = (unit_bytes - start % unit_bytes) % unit_bytes;
  if (block.size() < skipped) return;
  const std::size_t byte_count = block.size() - skipped;
  const std::size_t units = byte_count / unit_bytes;
  POSTERN_ASSERT(units < std::size_t{1} << 30U);
  if (units < 3) return;
  heads_ = reinterpret_cast<Head*>(block.data() + skipped);
  units_ = static_cast<std::uint32_t>(units - 1);
  // The head behind the last piece is nobody's, so that every piece has a neighbour.
  at(units_) = {.units = 0, .units_before = units_, .next = taken, .previous = none};
  at(0) = {.units = units_, .units_before = 0, .next = none, .previous = none};
  add(0);
}

bool BlockHeap::contains(const void* place) const {
  const auto begin = reinterpret_cast<std::uintptr_t>(heads_);
  const auto address = reinterpret_cast<std::uintptr_t>(place);
  return address > begin && address < begin + units_ * unit_bytes;
}

// Up to 63 units a bin for each size; from there on eight bins between a power of two and the next.
std::size_t BlockHeap::bin_of(std::uint32_t units) {
  if (units < 64) return units;
  const auto power = static_cast<std::size_t>(std::bit_width(units)) - 1;
  return 64 + (power - 6) * 8 + (units >> (power - 3) & 7U);
}

std::size_t BlockHeap::first_filled_bin(std::size_t from) const {
  for (std::size_t word = from / 64; word < filled_.size(); ++word) {
    const std::uint64_t skipped =
        word == from / 64 ? ~std::uint64_t{0} << from % 64 : ~std::uint64_t{0};
    const std::uint64_t filled = filled_[word] & skipped;
    if (filled != 0) return word * 64 + static_cast<std::size_t>(std::countr_zero(filled));
  }
  return bin_count;
}

// Within the bin of large pieces not every one is large enough: a few are tried.
BlockHeap::Index BlockHeap::find(std::uint32_t units) {
  const std::size_t own = bin_of(units);
  Index candidate = bins_[own];
  for (int tries = 0; tries < 16 && candidate != none; ++tries) {
    if (at(candidate).units >= units) return candidate;
    candidate = at(candidate).next;
  }
  const std::size_t bin = first_filled_bin(own + 1);
  return bin == bin_count ? none : bins_[bin];
}

void BlockHeap::add(Index index) {
  Head& piece = at(index);
  const std::size_t bin = bin_of(piece.units);
  piece.previous = none;
  piece.next = bins_[bin];
  if (piece.next != none) at(piece.next).previous = index;
  bins_[bin] = index;
  filled_[bin / 64] |= std::uint64_t{1} << bin % 64;
}

void BlockHeap::remove(Index index) {
  Head& piece = at(index);
  const std::size_t bin = bin_of(piece.units);
  if (piece.next != none) at(piece.next).previous = piece.previous;
  if (piece.previous != none) {
    at(piece.previous).next = piece.next;
  } else {
    bins_[bin] = piece.next;
    if (piece.next == none) filled_[bin / 64] &= ~(std::uint64_t{1} << bin % 64);
  }
  piece.next = taken;
}

void* BlockHeap::take(std::size_t byte_count) {
  if (byte_count > std::size_t{units_} * unit_bytes) return nullptr;
  const auto units = static_cast<std::uint32_t>(
      1 + (byte_count == 0 ? 1 : (byte_count + unit_bytes - 1) / unit_bytes));
  const Index index = find(units);
  if (index == none) return nullptr;
  remove(index);
  Head& piece = at(index);
  if (const std::uint32_t rest = piece.units - units; rest >= 2) {
    piece.units = units;
    at(index + units) = {.units = rest, .units_before = units, .next = none, .previous = none};
    at(index + units + rest).units_before = rest;
    add(index + units);
  }
  used_ += piece.units;
  return &piece + 1;
}

void BlockHeap::give_back(void* place) {
  POSTERN_ASSERT(contains(place));
  Head* const piece = static_cast<Head*>(place) - 1;
  auto index = static_cast<Index>(piece - heads_);
  POSTERN_ASSERT(piece->next == taken);
  std::uint32_t units = piece->units;
  POSTERN_ASSERT(units >= 2 && at(index + units).units_before == units);
  piece->next = none;  // so that it is not given back twice, even within a larger piece
  used_ -= units;
  if (const Head& behind = at(index + units); behind.next != taken) {
    units += behind.units;
    remove(index + piece->units);
  }
  if (piece->units_before != 0 && at(index - piece->units_before).next != taken) {
    index -= piece->units_before;
    units += at(index).units;
    remove(index);
  }
  at(index).units = units;
  at(index + units).units_before = units;
  add(index);
}

}  // namespace postern::crypto
