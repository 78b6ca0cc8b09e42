#include "core/config/url.hpp"

#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/http/authority.hpp"
#include "core/http/framing.hpp"
#include "core/http/ip_address.hpp"
#include "core/http/path.hpp"

namespace postern::config {
namespace {

constexpr std::string_view http_scheme = "http://";
constexpr std::string_view https_scheme = "https://";
constexpr std::size_t target_bytes_max = 2048;

bool has_prefix(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equal_ignoring_case({text.data(), prefix.size()}, prefix);
}

// Copies into the arena; `lower` makes it lower case.
std::string_view keep(std::string_view text, bool lower, Arena& arena, bool& ok) {
  const std::span<char> copy = arena.take_array<char>(text.size());
  ok = ok && copy.size() == text.size();
  if (copy.size() != text.size()) return {};
  std::transform(text.begin(), text.end(), copy.begin(),
                 [lower](char c) { return lower ? ascii_lower(c) : c; });
  return {copy.data(), copy.size()};
}

// A last label that is a number makes an IPv4 address in a spelling that is not ours: "2130706433",
// "0x7f.1". Whoever looks the name up may know that spelling and connect to an address that nobody
// here has judged. The URL standard calls such a host IPv4 or invalid, never a name.
bool ends_in_number(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  std::string_view last = host.substr(host.rfind('.') + 1);  // all of it when there is no dot
  const bool is_hex = last.starts_with("0x") || last.starts_with("0X");
  if (is_hex) last.remove_prefix(2);
  return !(last.empty() && !is_hex) && std::all_of(last.begin(), last.end(), [&](char c) {
    const char lower = ascii_lower(c);
    return (c >= '0' && c <= '9') || (is_hex && lower >= 'a' && lower <= 'f');
  });
}

}  // namespace

UrlAdvice advice(UrlError error) {
  switch (error) {
    case UrlError::Scheme:
      return {"no http or https URL", "write http://host:port or https://host"};
    case UrlError::User:
      return {"a URL with a user name", "take everything up to the @ out"};
    case UrlError::Authority:
      return {"a URL without a proper host and port", "write http://host:port"};
    case UrlError::Fragment:
      return {"a URL with a fragment, which never reaches a server", "take the # and the rest out"};
    case UrlError::Target:
      return {"a path that is not in normal form",
              "write it without //, . and .. segments, and with escapes only where needed"};
    case UrlError::NoMemory:
      return {"no memory left for it", "shorten the configuration"};
  }
  return {};
}

Result<Url, UrlError> parse_url(std::string_view text, Arena& arena) {
  Url url;
  url.secure = has_prefix(text, https_scheme);
  if (!url.secure && !has_prefix(text, http_scheme)) return Failure{UrlError::Scheme};
  const std::uint16_t standard_port = url.secure ? 443 : 80;
  url.port = standard_port;
  if (text.find('#') != std::string_view::npos) return Failure{UrlError::Fragment};
  std::string_view authority = text;
  authority.remove_prefix(url.secure ? https_scheme.size() : http_scheme.size());
  const std::size_t end = std::min(authority.find_first_of("/?"), authority.size());
  std::string_view target = authority;
  target.remove_prefix(end);
  authority.remove_suffix(target.size());
  if (authority.find('@') != std::string_view::npos) return Failure{UrlError::User};
  if (!http::is_authority(authority)) return Failure{UrlError::Authority};

  if (target.empty()) target = "/";
  if (target.size() >= target_bytes_max || target.front() != '/') return Failure{UrlError::Target};
  const std::span<char> kept_target = arena.take_array<char>(target.size() + 1);
  if (kept_target.empty()) return Failure{UrlError::NoMemory};
  const auto normal = http::normalize(target, kept_target);
  if (!normal || normal->text() != target) return Failure{UrlError::Target};

  const std::string_view name = http::without_port(authority);
  std::string_view port = authority;
  port.remove_prefix(name.size());
  if (port.size() > 1) {
    port.remove_prefix(1);
    const auto number = http::decimal(port);
    if (!number || *number == 0 || *number > 65535) return Failure{UrlError::Authority};
    url.port = static_cast<std::uint16_t>(*number);
  }
  std::string_view host = name;
  if (host.starts_with('[')) {
    host.remove_prefix(1);
    host.remove_suffix(1);
  }
  if (const auto literal = http::parse_address(host)) {
    url.literal = *literal;
    url.literal.port = url.port;
  } else if (host.find(':') != std::string_view::npos || ends_in_number(host)) {
    return Failure{UrlError::Authority};
  }
  bool ok = true;
  url.text = keep(text, false, arena, ok);
  url.authority = keep(url.port == standard_port ? name : authority, true, arena, ok);
  url.host = keep(host, true, arena, ok);
  url.target = {kept_target.data(), target.copy(kept_target.data(), target.size())};
  if (!ok) return Failure{UrlError::NoMemory};
  return url;
}

}  // namespace postern::config
