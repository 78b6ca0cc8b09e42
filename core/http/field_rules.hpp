#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/arena.hpp"
#include "core/base/memory_plan.hpp"

namespace postern::http {

/// The names of all header fields that the gateway itself sets anywhere. Every spelling of them a
/// client sends is removed from every request: letter case does not count, and '_' counts as '-',
/// since CGI-like upstreams read both as one name.
class ReservedNames {
 public:
  /// The row of the memory plan for so many names.
  static MemoryRow row(std::size_t name_count);
  /// REQUIRES: `names` outlive this and are not more than planned.
  ReservedNames(Arena& arena, std::span<const std::string_view> names);

  /// O(length of `name`).
  [[nodiscard]] bool contains(std::string_view name) const;

 private:
  static std::size_t bucket_count(std::size_t name_count);
  std::span<std::string_view> buckets_;  ///< Open addressing, at most half full, a power of two.
};

}  // namespace postern::http
