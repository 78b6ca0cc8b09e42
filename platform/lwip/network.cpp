#include "platform/lwip/network.hpp"

#include <lwip/def.h>
#include <lwip/dhcp.h>
#include <lwip/dns.h>
#include <netif/ethernet.h>

#include "platform/lwip/addresses.hpp"

namespace postern::platform::lwip {
namespace {

ip4_addr_t mask_of(std::uint8_t prefix_bits) {
  return {prefix_bits == 0 ? 0 : lwip_htonl(~std::uint32_t{0} << (32 - prefix_bits))};
}

}  // namespace

bool Network::start(const Settings& settings) {
  const bool by_dhcp = settings.address.family == Address::Family::None;
  ip4_addr_t address{};
  ip4_addr_t gateway{};
  to_lwip(settings.address, address);
  to_lwip(settings.gateway, gateway);
  const ip4_addr_t mask = mask_of(by_dhcp ? 0 : settings.prefix_bits);
  if (netif_add(&interface_, &address, &mask, &gateway, nullptr, driver_.start, ethernet_input) ==
      nullptr) {
    return false;
  }
  netif_set_hostname(&interface_, "postern");
  netif_set_default(&interface_);
  netif_set_up(&interface_);
  if (by_dhcp) return dhcp_start(&interface_) == ERR_OK;
  ip_addr_t name_server{};
  if (to_lwip(settings.name_server, name_server)) dns_setserver(0, &name_server);
  return true;
}

Address Network::address() const {
  const bool usable = netif_is_up(&interface_) && netif_is_link_up(&interface_) &&
                      !ip4_addr_isany(netif_ip4_addr(&interface_));
  return usable ? from_lwip(*netif_ip_addr4(&interface_), 0) : Address{};
}

}  // namespace postern::platform::lwip
