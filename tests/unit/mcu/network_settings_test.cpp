#include "firmware/mcu/network_settings.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "core/http/ip_address.hpp"

namespace postern::firmware {
namespace {

std::string text_of(const Address& address) {
  std::array<char, 64> text;
  ByteWriter out(text);
  http::write_address(out, address);
  return std::string(out.written());
}

TEST(NetworkSettings, ByDhcp) {
  for (const std::string_view text : {"dhcp", "dhcp\n", "  dhcp "}) {
    const auto settings = parse_network(text);
    ASSERT_TRUE(settings) << text;
    EXPECT_EQ(settings->address.family, Address::Family::None);
  }
}

TEST(NetworkSettings, Fixed) {
  const auto settings = parse_network("10.0.2.15/24 10.0.2.2\t10.0.2.3\n");
  ASSERT_TRUE(settings);
  EXPECT_EQ(text_of(settings->address), "10.0.2.15");
  EXPECT_EQ(settings->prefix_bits, 24);
  EXPECT_EQ(text_of(settings->gateway), "10.0.2.2");
  EXPECT_EQ(text_of(settings->name_server), "10.0.2.3");
}

TEST(NetworkSettings, GatewayAndNameServerMayBeLeftOut) {
  const auto settings = parse_network("192.168.1.9/32");
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->gateway.family, Address::Family::None);
  EXPECT_EQ(settings->name_server.family, Address::Family::None);
}

TEST(NetworkSettings, NothingElseIsTaken) {
  for (const std::string_view text :
       {"", " ", "DHCP", "dhcp 10.0.2.2", "10.0.2.15", "10.0.2.15/", "10.0.2.15/0", "10.0.2.15/33",
        "10.0.2.15/24x", "10.0.2.15/-1", "10.0.2.15/24 gateway", "/24", "10.0.2/24",
        "10.0.2.15/24 10.0.2.2 10.0.2.3 10.0.2.4", "2001:db8::1/64", "10.0.2.15/24 2001:db8::1"}) {
    EXPECT_FALSE(parse_network(text)) << text;
  }
}

TEST(TimeServerSettings, AreAnAddressOrANameAndPerhapsAPort) {
  const auto standard = parse_time_server(" 10.0.2.2\n");
  ASSERT_TRUE(standard);
  EXPECT_EQ(standard->name, "10.0.2.2");
  EXPECT_EQ(standard->port, 123);
  const auto other = parse_time_server("time.example:65535");
  ASSERT_TRUE(other);
  EXPECT_EQ(other->name, "time.example");
  EXPECT_EQ(other->port, 65535);
}

TEST(TimeServerSettings, NothingElseIsTaken) {
  for (const std::string_view text : {"", " ", ":123", "10.0.2.2:", "10.0.2.2:0", "10.0.2.2:65536",
                                      "10.0.2.2:ntp", "10.0.2.2:1 2", "a b", "2001:db8::1"}) {
    EXPECT_FALSE(parse_time_server(text)) << text;
  }
}

}  // namespace
}  // namespace postern::firmware
