#include "core/http/authority.hpp"

#include <cstddef>

#include "core/http/framing.hpp"

namespace postern::http {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Name or IPv4 address: unreserved characters. sub-delims are legal in a reg-name and in no name
// that resolves.
bool is_name(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (!is_letter_or_digit(c) && c != '-' && c != '.' && c != '_' && c != '~') return false;
  }
  return true;
}

bool is_bracketed_v6(std::string_view text) {
  if (text.size() < 4 || text.front() != '[' || text.back() != ']') return false;
  bool colon = false;
  for (const char c : text.substr(1, text.size() - 2)) {
    if (!is_hex(c) && c != ':' && c != '.') return false;
    colon = colon || c == ':';
  }
  return colon;
}

}  // namespace

std::string_view without_port(std::string_view authority) {
  const std::size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos) return authority;
  const std::size_t bracket = authority.rfind(']');
  if (bracket != std::string_view::npos && colon < bracket) return authority;
  return authority.substr(0, colon);
}

bool is_authority(std::string_view text) {
  const std::string_view host = without_port(text);
  if (!is_name(host) && !is_bracketed_v6(host)) return false;
  if (host.size() == text.size()) return true;
  const std::string_view port = text.substr(host.size() + 1);
  if (port.empty()) return true;
  const auto number = decimal(port);
  return number.has_value() && *number <= 65535;
}

}  // namespace postern::http
