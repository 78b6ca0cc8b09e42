#include "firmware/mcu/network_settings.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "core/http/ip_address.hpp"

namespace postern::firmware {
namespace {

constexpr std::string_view blanks = " \t\r\n";

// Takes the next word off the front; empty: there is none.
std::string_view take_word(std::string_view& text) {
  const std::size_t first = std::min(text.find_first_not_of(blanks), text.size());
  text.remove_prefix(first);
  const std::string_view word = text.substr(0, text.find_first_of(blanks));
  text.remove_prefix(word.size());
  return word;
}

// IPv4 alone: that is what lwIP is built for (platform/lwip/lwipopts.h).
bool read_address(std::string_view text, Address& address) {
  const auto read = http::parse_address(text);
  if (!read || read->family != Address::Family::V4) return false;
  address = *read;
  return true;
}

bool read_prefix(std::string_view text, std::uint8_t& bits) {
  const char* const end = text.data() + text.size();
  const auto [stopped, problem] = std::from_chars(text.data(), end, bits);
  return problem == std::errc() && stopped == end && bits >= 1 && bits <= 32;
}

bool read_port(std::string_view text, std::uint16_t& port) {
  const char* const end = text.data() + text.size();
  const auto [stopped, problem] = std::from_chars(text.data(), end, port);
  return problem == std::errc() && stopped == end && port != 0;
}

}  // namespace

std::optional<NetworkSettings> parse_network(std::string_view text) {
  NetworkSettings settings;
  const std::string_view address = take_word(text);
  const std::string_view gateway = take_word(text);
  const std::string_view name_server = take_word(text);
  if (!take_word(text).empty()) return {};
  if (address == "dhcp") return gateway.empty() ? std::optional(settings) : std::nullopt;
  const std::size_t slash = address.find('/');
  if (slash == std::string_view::npos ||
      !read_address(address.substr(0, slash), settings.address) ||
      !read_prefix(address.substr(slash + 1), settings.prefix_bits) ||
      (!gateway.empty() && !read_address(gateway, settings.gateway)) ||
      (!name_server.empty() && !read_address(name_server, settings.name_server))) {
    return {};
  }
  return settings;
}

std::optional<TimeServerSettings> parse_time_server(std::string_view text) {
  const std::string_view word = take_word(text);
  if (!take_word(text).empty()) return {};
  TimeServerSettings settings;
  const std::size_t colon = word.find(':');
  settings.name = word.substr(0, colon);
  const bool has_port = colon != std::string_view::npos;
  if (settings.name.empty() || (has_port && !read_port(word.substr(colon + 1), settings.port))) {
    return {};
  }
  return settings;
}

}  // namespace postern::firmware
