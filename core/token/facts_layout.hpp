#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace postern::token::layout {

// How facts lie in their block: FactsHeader, then one SlotEntry per slot, then the claims:
//   claim = [shape u8] value*        value = [kind u8] [text length u16] text
// Numbers are in the machine's own byte order, since a block never leaves the process. The block
// may lie at any address (the cache packs entries), hence memcpy instead of casts.

struct FactsHeader {
  std::int64_t expires_at = 0;
  std::int64_t not_before = 0;
  std::int64_t issued_at = 0;
  std::uint16_t byte_count = 0;
  std::uint16_t slot_count = 0;
  std::uint16_t provider = 0;
  std::uint16_t times_present = 0;  // see has_*
};
static_assert(sizeof(FactsHeader) == 32);

inline constexpr std::uint16_t has_expires_at = 1;
inline constexpr std::uint16_t has_not_before = 2;
inline constexpr std::uint16_t has_issued_at = 4;

/// Where a claim lies in the block; `begin` 0: absent.
struct SlotEntry {
  std::uint16_t begin = 0;
  std::uint16_t end = 0;
};

enum class Shape : std::uint8_t { Single, List };

inline constexpr std::size_t value_head_bytes = 3;
inline constexpr std::size_t block_bytes_max = 65'535;

template <class T>
T read(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

template <class T>
void write(std::byte* at, const T& value) {
  std::memcpy(at, &value, sizeof value);
}

}  // namespace postern::token::layout
