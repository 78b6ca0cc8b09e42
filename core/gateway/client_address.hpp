#pragma once

#include <span>
#include <string_view>

#include "core/config/config.hpp"
#include "core/http/head.hpp"
#include "core/platform.hpp"

namespace postern::gateway {

inline constexpr std::string_view forwarded_for_name = "X-Forwarded-For";

/// `address` lies in one of `networks`. REQUIRES: without_mapping(address).
bool lies_in(const Address& address, std::span<const config::Network> networks);

/// Whom a request comes from that a trusted proxy has brought: the last address in X-Forwarded-For
/// that is no trusted proxy itself, since everything before that may be invented. `peer` when there
/// is none. O(length of the fields).
Address client_behind(const Address& peer, const http::Fields& fields,
                      std::span<const config::Network> trusted);

}  // namespace postern::gateway
