#include "core/policy/endpoint_table.hpp"

#include <algorithm>
#include <bit>

#include "core/base/assert.hpp"
#include "core/base/bytes.hpp"
#include "core/base/slots.hpp"

namespace postern::policy {

namespace {

// FNV-1a. Only the configuration chooses what is in the table, so nobody can crowd it.
constexpr std::uint32_t hash_start = 2'166'136'261U;
constexpr std::uint32_t hash_step(std::uint32_t hash, char c) {
  return (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
}
std::uint32_t hash_of(std::string_view text) {
  std::uint32_t hash = hash_start;
  for (const char c : text) hash = hash_step(hash, c);
  return hash;
}

std::size_t bucket_count(std::size_t endpoint_count) {
  return std::bit_ceil(2 * endpoint_count + 1);
}

/// Every value that the constructor takes may need padding before it.
constexpr std::size_t padding = 3 * alignof(std::max_align_t);

bool names_host(const config::Endpoint& endpoint, std::string_view host) {
  for (const std::string_view name : endpoint.hosts) {
    if (equal_ignoring_case(name, host)) return true;
  }
  return false;
}

}  // namespace

std::size_t EndpointTable::memory_bytes(std::size_t endpoint_count) {
  return endpoint_count * (sizeof(std::uint16_t) + sizeof(Path)) +
         bucket_count(endpoint_count) * sizeof(std::uint16_t) + padding;
}

EndpointTable::EndpointTable(Arena& arena, std::span<const config::Endpoint> endpoints)
    : endpoints_(endpoints) {
  const std::size_t count = endpoints.size();
  POSTERN_ASSERT(count < no_slot);
  order_ = arena.take_array<std::uint16_t>(count);
  paths_ = arena.take_array<Path>(count);
  buckets_ = arena.take_array<std::uint16_t>(bucket_count(count));
  POSTERN_ASSERT(order_.size() == count && paths_.size() == count && !buckets_.empty());
  sort_endpoints();
  collect_paths();
}

// In lexical order a path comes after all its prefixes, which collect_paths() relies on.
void EndpointTable::sort_endpoints() {
  for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = static_cast<std::uint16_t>(i);
  std::sort(order_.begin(), order_.end(), [this](std::uint16_t a, std::uint16_t b) {
    const int difference = endpoints_[a].path.compare(endpoints_[b].path);
    return difference != 0 ? difference < 0 : a < b;
  });
}

void EndpointTable::collect_paths() {
  std::fill(buckets_.begin(), buckets_.end(), no_slot);
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const std::string_view text = endpoints_[order_[i]].path;
    if (path_count_ == 0 || paths_[path_count_ - 1].text != text) {
      Path& path = paths_[path_count_];
      path.text = text;
      path.hash = hash_of(text);
      path.first = static_cast<std::uint16_t>(i);
      path.shorter = longest_prefix(text);  // itself is not in the table yet
      insert(static_cast<std::uint16_t>(path_count_++));
      path_bytes_max_ = std::max(path_bytes_max_, text.size());
    }
    ++paths_[path_count_ - 1].count;
  }
}

void EndpointTable::insert(std::uint16_t path) {
  std::size_t bucket = paths_[path].hash & (buckets_.size() - 1);
  while (buckets_[bucket] != no_slot) bucket = (bucket + 1) & (buckets_.size() - 1);
  buckets_[bucket] = path;
}

std::uint16_t EndpointTable::lookup(std::string_view path, std::uint32_t hash) const {
  std::size_t bucket = hash & (buckets_.size() - 1);
  while (buckets_[bucket] != no_slot) {
    const Path& candidate = paths_[buckets_[bucket]];
    if (candidate.hash == hash && candidate.text == path) return buckets_[bucket];
    bucket = (bucket + 1) & (buckets_.size() - 1);
  }
  return no_slot;
}

std::uint16_t EndpointTable::longest_prefix(std::string_view path) const {
  std::uint16_t longest = no_slot;
  std::uint32_t hash = hash_start;
  const auto look = [&](std::size_t length) {
    const std::uint16_t found = lookup(path.substr(0, length), hash);
    if (found != no_slot) longest = found;
  };
  const std::size_t end = std::min(path.size(), path_bytes_max_);
  for (std::size_t i = 0; i < end; ++i) {
    if (path[i] == '/' && i > 0) look(i);  // a prefix that ends before this segment
    hash = hash_step(hash, path[i]);
    if (path[i] == '/') look(i + 1);  // a prefix that ends with a slash
  }
  if (end > 0 && (end == path.size() || path[end] == '/')) look(end);
  return longest;
}

EndpointMatch EndpointTable::find(std::string_view path, std::string_view host,
                                  http::Method method) const {
  for (std::uint16_t at = longest_prefix(path); at != no_slot; at = paths_[at].shorter) {
    const auto candidates = order_.subspan(paths_[at].first, paths_[at].count);
    for (const bool by_name : {true, false}) {
      EndpointMatch match;
      for (const std::uint16_t index : candidates) {
        const config::Endpoint& endpoint = endpoints_[index];
        const bool host_fits = by_name ? names_host(endpoint, host) : endpoint.hosts.empty();
        if (!host_fits) continue;
        if (endpoint.methods.contains(method)) {
          return {EndpointMatch::Kind::Found, &endpoint, {}};
        }
        match.kind = EndpointMatch::Kind::MethodNotAllowed;
        match.allowed.add(endpoint.methods);
      }
      if (match.kind == EndpointMatch::Kind::MethodNotAllowed) return match;
    }
  }
  return {};
}

}  // namespace postern::policy
