#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/config/config.hpp"
#include "core/http/head.hpp"

namespace postern::policy {

/// The provider that shall verify this request's token, as an index of Config::providers
/// (behaviour.md, step 6): the one that the selected value stands for, and else the default. An
/// absent, empty or unknown value, and a header that came more than once (which one would count?),
/// are all "else". Nothing without a default: the request is refused and nobody is asked.
/// Header names and hosts compare without regard to case, other values with it. `host` is without
/// port, `path` the normal form of the request's path. O(fields + choices).
std::optional<std::uint16_t> choose_provider(const config::Select& select,
                                             const http::Fields& fields, std::string_view host,
                                             std::string_view path);

}  // namespace postern::policy
