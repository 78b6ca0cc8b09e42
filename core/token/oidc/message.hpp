#pragma once

#include <span>
#include <string_view>

#include "core/base/arena.hpp"
#include "core/config/config.hpp"
#include "core/token/connector.hpp"

namespace postern::token::oidc {

/// What a client is told when the provider refuses: what `userinfo` says the provider's reason is,
/// or a standard sentence when it gives none. UTF-8 without control characters, at most
/// message_bytes_max long, written to the front of `into`. It is the provider's text: whoever puts
/// it into an answer escapes it for where it stands. `arena`: for a body that is JSON.
std::string_view refusal_message(const config::UserInfo& userinfo, const ProviderAnswer& answer,
                                 std::span<char> into, Arena& arena);

}  // namespace postern::token::oidc
