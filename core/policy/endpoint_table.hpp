#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/arena.hpp"
#include "core/config/config.hpp"
#include "core/http/method.hpp"

namespace postern::policy {

/// What the table says of one request.
struct EndpointMatch {
  enum class Kind : std::uint8_t {
    Found,
    NotFound,          ///< No endpoint has a path prefix and host that fit: 404.
    MethodNotAllowed,  ///< Endpoints have, but none of these lists the method: 405, Allow names
                       ///< `allowed`.
  };
  Kind kind = Kind::NotFound;
  const config::Endpoint* endpoint = nullptr;  ///< Found.
  http::MethodSet allowed;                     ///< MethodNotAllowed.
};

/// Finds the endpoint of a request: longest path prefix at a segment boundary, then host, then
/// method (behaviour.md, step 4).
///
/// A prefix `/a/b` fits `/a/b` and `/a/b/c` and not `/a/bc`; a prefix `/a/` fits what is below
/// `/a/` and not `/a`. Among endpoints of one path those that name the request's host come before
/// those that name none. A path whose endpoints all name other hosts does not count, so the next
/// shorter one is looked at. A method never changes the path: if it did, a POST to a protected
/// read-only path could end at a more open endpoint above it.
///
/// Each configured path is an entry of a hash table. The request's path is hashed once from left to
/// right, and each '/' on the way asks the table, up to the length of the longest configured path:
/// O(length of that), whatever the number of endpoints.
class EndpointTable {
 public:
  /// Bytes that the constructor takes from its arena, at most.
  static std::size_t memory_bytes(std::size_t endpoint_count);

  /// REQUIRES: `endpoints` outlive the table; `arena` has room as stated.
  EndpointTable(Arena& arena, std::span<const config::Endpoint> endpoints);

  /// `path` is the normal form of the request's path without its query; `host` is without port,
  /// empty when there is none.
  [[nodiscard]] EndpointMatch find(std::string_view path, std::string_view host,
                                   http::Method method) const;

 private:
  /// One distinct path and its endpoints: [first, first + count) in order_.
  struct Path {
    std::string_view text;
    std::uint32_t hash = 0;
    std::uint16_t first = 0;
    std::uint16_t count = 0;
    std::uint16_t shorter = 0;  ///< The longest other path that is a prefix of this one.
  };

  [[nodiscard]] std::uint16_t lookup(std::string_view path, std::uint32_t hash) const;
  [[nodiscard]] std::uint16_t longest_prefix(std::string_view path) const;
  void sort_endpoints();
  void collect_paths();
  void insert(std::uint16_t path);

  std::span<const config::Endpoint> endpoints_;
  std::span<std::uint16_t>
      order_;  ///< Endpoints, sorted by path; those of one path in the file's order.
  std::span<Path> paths_;
  std::span<std::uint16_t>
      buckets_;  ///< Open addressing into paths_; a power of two, at most half full.
  std::size_t path_count_ = 0;
  std::size_t path_bytes_max_ = 0;  ///< Of the longest configured path.
};

}  // namespace postern::policy
