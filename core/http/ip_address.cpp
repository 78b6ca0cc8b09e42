#include "core/http/ip_address.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace postern::http {
namespace {

using Groups = std::array<std::uint16_t, 8>;

// A decimal number without leading zeros, taken off `rest`.
std::optional<unsigned> take_decimal(std::string_view& rest, unsigned max) {
  unsigned value = 0;
  std::size_t digits = 0;
  while (digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9') {
    value = value * 10 + static_cast<unsigned>(rest[digits] - '0');
    if (++digits > 5) return {};
  }
  if (digits == 0 || value > max || (digits > 1 && rest.front() == '0')) return {};
  rest.remove_prefix(digits);
  return value;
}

std::optional<unsigned> take_hex_group(std::string_view& rest) {
  unsigned value = 0;
  std::size_t digits = 0;
  for (; digits < rest.size(); ++digits) {
    const char c = ascii_lower(rest[digits]);
    const bool decimal = c >= '0' && c <= '9';
    if (!decimal && (c < 'a' || c > 'f')) break;
    value = value * 16 + static_cast<unsigned>(decimal ? c - '0' : c - 'a' + 10);
  }
  if (digits == 0 || digits > 4) return {};
  rest.remove_prefix(digits);
  return value;
}

bool parse_v4(std::string_view text, std::uint8_t* bytes) {
  for (int i = 0; i < 4; ++i) {
    if (i != 0) {
      if (!text.starts_with('.')) return false;
      text.remove_prefix(1);
    }
    const auto number = take_decimal(text, 255);
    if (!number) return false;
    bytes[i] = static_cast<std::uint8_t>(*number);
  }
  return text.empty();
}

// Groups before and after a `::`; all eight are before it when there is none.
bool parse_groups(std::string_view text, Groups& groups) {
  std::size_t count = 0;
  std::optional<std::size_t> gap;
  if (text.starts_with("::")) {
    gap = 0;
    text.remove_prefix(2);
  }
  while (!text.empty()) {
    if (count == groups.size()) return false;
    std::array<std::uint8_t, 4> quad{};
    if (count <= 6 && text.find(':') == std::string_view::npos &&
        text.find('.') != std::string_view::npos) {
      if (!parse_v4(text, quad.data())) return false;
      groups[count++] = static_cast<std::uint16_t>(quad[0] * 256 + quad[1]);
      groups[count++] = static_cast<std::uint16_t>(quad[2] * 256 + quad[3]);
      break;
    }
    const auto group = take_hex_group(text);
    if (!group) return false;
    groups[count++] = static_cast<std::uint16_t>(*group);
    if (text.empty()) break;
    if (text.starts_with("::")) {
      if (gap) return false;
      gap = count;
      text.remove_prefix(2);
    } else if (text.size() > 1 && text.front() == ':') {
      text.remove_prefix(1);
    } else {
      return false;
    }
  }
  if (!gap) return count == groups.size();
  if (count == groups.size()) return false;  // a gap stands for at least one group
  std::copy_backward(groups.begin() + *gap, groups.begin() + count, groups.end());
  std::fill_n(groups.begin() + *gap, groups.size() - count, std::uint16_t{0});
  return true;
}

void write_v4(ByteWriter& out, const std::uint8_t* bytes) {
  for (int i = 0; i < 4; ++i) {
    if (i != 0) out.character('.');
    out.number(bytes[i]);
  }
}

void write_group(ByteWriter& out, unsigned group) {
  constexpr std::string_view digits = "0123456789abcdef";
  bool started = false;
  for (int shift = 12; shift >= 0; shift -= 4) {
    const unsigned digit = (group >> shift) & 15U;
    started = started || digit != 0 || shift == 0;
    if (started) out.character(digits[digit]);
  }
}

struct Run {
  std::size_t first = 8;
  std::size_t length = 1;  // a single zero group is not shortened (RFC 5952 section 4.2.2)
};

Run longest_zeros(const Groups& groups) {
  Run best;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    std::size_t end = i;
    while (end < groups.size() && groups[end] == 0) ++end;
    if (end - i > best.length) best = {i, end - i};
  }
  return best;
}

void write_v6(ByteWriter& out, const std::array<std::uint8_t, 16>& bytes) {
  Groups groups{};
  for (std::size_t i = 0; i < groups.size(); ++i) {
    groups[i] = static_cast<std::uint16_t>(bytes[2 * i] * 256 + bytes[2 * i + 1]);
  }
  const Run zeros = longest_zeros(groups);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i == zeros.first) {
      out.text("::");
      i += zeros.length - 1;
      continue;
    }
    if (i != 0 && i != zeros.first + zeros.length) out.character(':');
    write_group(out, groups[i]);
  }
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  Address address;
  if (parse_v4(text, address.bytes.data())) {
    address.family = Address::Family::V4;
    return address;
  }
  Groups groups{};
  if (!parse_groups(text, groups)) return {};
  address.family = Address::Family::V6;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    address.bytes[2 * i] = static_cast<std::uint8_t>(groups[i] >> 8);
    address.bytes[2 * i + 1] = static_cast<std::uint8_t>(groups[i] & 255);
  }
  return without_mapping(address);
}

std::optional<Address> parse_address_and_port(std::string_view text) {
  std::string_view host = text;
  std::string_view port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return {};
    host = {text.data() + 1, end - 1};
    if (host.find(':') == std::string_view::npos) return {};
    port = text;
    port.remove_prefix(end + 1);
    has_port = !port.empty();
    if (has_port && port.front() != ':') return {};
    if (has_port) port.remove_prefix(1);
  } else if (const std::size_t colon = text.find(':');
             colon != std::string_view::npos && text.rfind(':') == colon) {
    host = {text.data(), colon};
    port = text;
    port.remove_prefix(colon + 1);
    has_port = true;
  }
  auto address = parse_address(host);
  if (!address || !has_port) return address;
  const auto number = take_decimal(port, 65535);
  if (!number || !port.empty()) return {};
  address->port = static_cast<std::uint16_t>(*number);
  return address;
}

Address without_mapping(const Address& address) {
  constexpr std::array<std::uint8_t, 12> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (address.family != Address::Family::V6 ||
      !std::equal(mapped.begin(), mapped.end(), address.bytes.begin())) {
    return address;
  }
  Address v4;
  v4.family = Address::Family::V4;
  v4.port = address.port;
  std::copy_n(address.bytes.begin() + 12, 4, v4.bytes.begin());
  return v4;
}

void write_address(ByteWriter& out, const Address& address) {
  const Address plain = without_mapping(address);
  switch (plain.family) {
    case Address::Family::None:
      break;
    case Address::Family::V4:
      return write_v4(out, plain.bytes.data());
    case Address::Family::V6:
      return write_v6(out, plain.bytes);
  }
}

}  // namespace postern::http
