#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace postern::importer {

/// The reference's connectors that look at tokens.
enum class Kind : std::uint8_t {
  OAuth2,     ///< OAuth2.0 Token Authentication: asks a validation endpoint.
  Oidc,       ///< OIDC Token Authentication: asks the UserInfo endpoint.
  Jwt,        ///< JWT Authentication: verifies with a key set.
  OAuth2Jwt,  ///< OAuth2JWT Authentication: the same, with the API key in the token.
};
inline constexpr std::size_t kind_count = 4;

/// As the reference calls it.
constexpr std::string_view name_of(Kind kind) {
  constexpr std::array<std::string_view, kind_count> names = {"OAuth2", "OIDC", "JWT", "OAuth2JWT"};
  return names[static_cast<std::size_t>(kind)];
}

}  // namespace postern::importer
