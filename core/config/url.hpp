#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/arena.hpp"
#include "core/base/result.hpp"
#include "core/config/config.hpp"

namespace postern::config {

/// Why a text is no URL that this gateway connects to.
enum class UrlError : std::uint8_t {
  Scheme,     ///< Neither http nor https.
  User,       ///< User information: secrets do not stand in the file.
  Authority,  ///< Not a host and a port; or a host that is a number, an IPv4 address in disguise.
  Fragment,   ///< A fragment never reaches a server.
  Target,     ///< The path or the query is not in the one form that everybody reads alike.
  NoMemory,
};

/// `problem` and `remedy` of a finding.
struct UrlAdvice {
  std::string_view problem;
  std::string_view remedy;
};
UrlAdvice advice(UrlError error);

/// Reads an absolute http or https URL (RFC 9110 section 4.2). Its texts are copied into `arena`.
Result<Url, UrlError> parse_url(std::string_view text, Arena& arena);

}  // namespace postern::config
