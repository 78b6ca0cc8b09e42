#pragma once

#include <string_view>

#include "core/http/head.hpp"

namespace postern::gateway {

inline constexpr std::string_view forwarded_proto_name = "X-Forwarded-Proto";
inline constexpr std::string_view forwarded_host_name = "X-Forwarded-Host";

/// The beginning of the URI as the client wrote it, with whatever proxies we trust in between.
struct Origin {
  bool secure = false;         ///< https
  std::string_view authority;  ///< With the port if one was said; empty for HTTP/1.0 without Host.
};

/// As the request came to us: `secure` over TLS or not. What it says of itself in X-Forwarded-Proto
/// and -Host counts only when a trusted proxy brought it (`by_proxy`). O(length of the fields).
Origin client_origin(const http::RequestHead& head, bool secure, bool by_proxy);

}  // namespace postern::gateway
