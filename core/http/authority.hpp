#pragma once

#include <string_view>

namespace postern::http {

/// uri-host [ ":" port ] of RFC 9110 section 7.2, without user information; the port 0 to 65535 or
/// empty. IPv6 addresses in brackets. Percent-encoding, zone identifiers and empty hosts are
/// refused: no name or address that a gateway serves needs them.
bool is_authority(std::string_view text);

/// `authority` without its port; the brackets of an IPv6 address stay. REQUIRES: is_authority.
std::string_view without_port(std::string_view authority);

}  // namespace postern::http
