#include "core/http/field_rules.hpp"

#include <bit>

#include "core/base/bytes.hpp"

namespace postern::http {
namespace {

constexpr char folded(char c) { return c == '_' ? '-' : ascii_lower(c); }

// FNV-1a over the folded name. The table never grows, so a client that makes names collide gains a
// few comparisons.
std::size_t hash(std::string_view name) {
  std::uint32_t value = 2166136261U;
  for (const char c : name) value = (value ^ static_cast<unsigned char>(folded(c))) * 16777619U;
  return value ^ (value >> 15);
}

bool same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (folded(a[i]) != folded(b[i])) return false;
  }
  return true;
}

}  // namespace

std::size_t ReservedNames::bucket_count(std::size_t name_count) {
  return std::bit_ceil(2 * name_count + 1);
}

MemoryRow ReservedNames::row(std::size_t name_count) {
  return {"reserved header names", bucket_count(name_count), sizeof(std::string_view),
          MemoryScope::Shared};
}

ReservedNames::ReservedNames(Arena& arena, std::span<const std::string_view> names) {
  const std::size_t count = bucket_count(names.size());
  const std::span<std::byte> memory = take_row(arena, row(names.size()));
  auto* first = new (memory.data()) std::string_view[count];
  buckets_ = {first, count};
  for (const std::string_view name : names) {
    if (contains(name)) continue;
    std::size_t at = hash(name);
    while (!buckets_[at & (count - 1)].empty()) ++at;
    buckets_[at & (count - 1)] = name;
  }
}

bool ReservedNames::contains(std::string_view name) const {
  for (std::size_t at = hash(name);; ++at) {
    const std::string_view found = buckets_[at & (buckets_.size() - 1)];
    if (found.empty()) return false;
    if (same(found, name)) return true;
  }
}

}  // namespace postern::http
