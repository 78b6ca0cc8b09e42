// Is the URI in the proof that of the request?
#include "core/base/bytes.hpp"
#include "core/http/authority.hpp"
#include "core/http/framing.hpp"
#include "core/http/path.hpp"
#include "core/token/dpop/proof.hpp"

namespace postern::token::dpop {
namespace {

// REQUIRES: is_authority.
std::uint64_t port_of(std::string_view authority, bool secure) {
  std::string_view port = authority.substr(http::without_port(authority).size());
  if (port.size() <= 1) return secure ? 443 : 80;  // "host:" says no more than "host"
  port.remove_prefix(1);
  return http::decimal(port).value_or(0);
}

bool is_same_authority(std::string_view a, std::string_view b, bool secure) {
  return http::is_authority(a) && http::is_authority(b) &&
         equal_ignoring_case(http::without_port(a), http::without_port(b)) &&
         port_of(a, secure) == port_of(b, secure);
}

}  // namespace

bool is_same_uri(std::string_view htu, const RequestUri& uri, std::span<char> scratch) {
  const std::string_view scheme = uri.secure ? "https://" : "http://";
  if (htu.size() < scheme.size() || !equal_ignoring_case(htu.substr(0, scheme.size()), scheme)) {
    return false;
  }
  htu.remove_prefix(scheme.size());
  htu = htu.substr(0, htu.find_first_of("?#"));
  const std::string_view authority = htu.substr(0, htu.find('/'));
  if (!is_same_authority(authority, uri.authority, uri.secure)) return false;
  htu.remove_prefix(authority.size());
  const auto path = http::normalize(htu.empty() ? std::string_view("/") : htu, scratch);
  return path && path->path() == uri.path;
}

}  // namespace postern::token::dpop
