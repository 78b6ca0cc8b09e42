#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "core/base/arena.hpp"
#include "core/base/assert.hpp"
#include "core/base/bytes.hpp"

namespace postern {

inline constexpr std::uint64_t KiB = 1024;
inline constexpr std::uint64_t MiB = 1024 * KiB;

/// How often a row of the plan exists in the process.
enum class MemoryScope : std::uint8_t {
  Shared,     ///< Once.
  PerWorker,  ///< Once for each worker.
};

/// One thing that needs memory: `count` items of `bytes_each`, in one piece.
struct MemoryRow {
  /// Every piece starts on a cache line, so that two pieces never share one, and is as long as
  /// whole lines.
  static constexpr std::uint64_t alignment = 64;

  std::string_view what;  ///< Static text.
  std::uint64_t count = 0;
  std::uint64_t bytes_each = 0;
  MemoryScope scope = MemoryScope::Shared;

  /// Bytes of one piece, rounded up to whole cache lines. REQUIRES: they can be counted in 64 bits.
  [[nodiscard]] constexpr std::uint64_t bytes() const {
    constexpr std::uint64_t max = std::numeric_limits<std::uint64_t>::max() - alignment;
    POSTERN_ASSERT(count == 0 || bytes_each <= max / count);
    return (count * bytes_each + alignment - 1) / alignment * alignment;
  }
};

/// What a process needs memory for, as a table. Made by a pure function of the limits before
/// anything is mapped; the parts then take exactly these rows, each with take_row(), so the total
/// is what is used.
class MemoryPlan {
 public:
  static constexpr std::size_t row_count_max = 48;

  constexpr explicit MemoryPlan(std::uint32_t worker_count = 1) : worker_count_(worker_count) {}

  /// REQUIRES: fewer than `row_count_max` rows so far.
  constexpr void add(const MemoryRow& row) {
    POSTERN_ASSERT(row_count_ < row_count_max);
    const std::uint64_t bytes = bytes_of(row);
    POSTERN_ASSERT(bytes <= std::numeric_limits<std::uint64_t>::max() - total_bytes_);
    rows_[row_count_++] = row;
    total_bytes_ += bytes;
  }

  [[nodiscard]] constexpr std::uint64_t total_bytes() const { return total_bytes_; }
  [[nodiscard]] constexpr std::span<const MemoryRow> rows() const {
    return {rows_.data(), row_count_};
  }
  [[nodiscard]] constexpr std::uint32_t worker_count() const { return worker_count_; }

  /// Bytes of all pieces of `row`: those of one, for a row per worker times the workers.
  [[nodiscard]] constexpr std::uint64_t bytes_of(const MemoryRow& row) const {
    const std::uint64_t copies = row.scope == MemoryScope::PerWorker ? worker_count_ : 1;
    POSTERN_ASSERT(copies == 0 ||
                   row.bytes() <= std::numeric_limits<std::uint64_t>::max() / copies);
    return row.bytes() * copies;
  }

 private:
  std::array<MemoryRow, row_count_max> rows_{};
  std::size_t row_count_ = 0;
  std::uint64_t total_bytes_ = 0;
  std::uint32_t worker_count_;
};

/// The piece for `row`, out of memory that was planned. Not initialised and not touched: mapped
/// pages stay untouched until somebody uses them. REQUIRES: the arena's memory is aligned to
/// MemoryRow::alignment and has room, as the plan said.
inline std::span<std::byte> take_row(Arena& arena, const MemoryRow& row) {
  const auto bytes = static_cast<std::size_t>(row.bytes());
  if (bytes == 0) return {};
  void* piece = arena.take(bytes, MemoryRow::alignment);
  POSTERN_ASSERT(piece != nullptr);
  return {static_cast<std::byte*>(piece), bytes};
}

/// Writes one row of the table that write_table() makes, with its line end.
void write_row(ByteWriter& out, const MemoryPlan& plan, const MemoryRow& row);
/// Writes the plan as a table for people: one row per line, the total last.
void write_table(ByteWriter& out, const MemoryPlan& plan);

}  // namespace postern
