#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace postern::http {

/// How long a Cache-Control value (RFC 9111 section 5.2.2) lets an answer count as fresh: the
/// smallest of its `max-age`; 0 with `no-store` or `no-cache`; nothing when it does not say, or
/// not in a form that can be read. Beyond 32 bits: the largest number. O(length).
std::optional<std::uint32_t> max_age_s(std::string_view cache_control);

}  // namespace postern::http
