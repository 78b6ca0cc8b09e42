#include "core/gateway/client_address.hpp"

#include <cstdint>

#include "core/base/bytes.hpp"
#include "core/http/ip_address.hpp"

namespace postern::gateway {
namespace {

bool lies_in(const Address& address, const config::Network& network) {
  if (address.family != network.address.family) return false;
  const std::size_t whole = network.prefix_bits / 8U;
  for (std::size_t i = 0; i < whole; ++i) {
    if (address.bytes[i] != network.address.bytes[i]) return false;
  }
  const unsigned rest = network.prefix_bits % 8U;
  if (rest == 0) return true;
  return (address.bytes[whole] ^ network.address.bytes[whole]) >> (8 - rest) == 0;
}

// The last element of a list, without the white space around it, taken off `list`.
std::string_view take_last(std::string_view& list) {
  const std::size_t comma = list.rfind(',');
  const std::size_t begin = comma == std::string_view::npos ? 0 : comma + 1;
  const std::string_view element(list.data() + begin, list.size() - begin);
  list = {list.data(), begin == 0 ? 0 : begin - 1};
  return without_blanks(element);
}

}  // namespace

bool lies_in(const Address& address, std::span<const config::Network> networks) {
  for (const config::Network& network : networks) {
    if (lies_in(address, network)) return true;
  }
  return false;
}

Address client_behind(const Address& peer, const http::Fields& fields,
                      std::span<const config::Network> trusted) {
  Address client = peer;
  const auto all = fields.all();
  for (std::size_t i = all.size(); i-- > 0;) {
    if (!equal_ignoring_case(all[i].name, forwarded_for_name)) continue;
    std::string_view list = all[i].value;
    while (!list.empty()) {
      const auto address = http::parse_address_and_port(take_last(list));
      if (!address) return client;  // who wrote this does not say
      client = *address;
      if (!lies_in(client, trusted)) return client;
    }
  }
  return client;
}

}  // namespace postern::gateway
