#include "core/gateway/client_address.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/ip_address.hpp"

namespace postern::gateway {
namespace {

Address address(std::string_view text) { return http::parse_address(text).value_or(Address{}); }

const std::vector<config::Network> proxies = {
    {address("10.0.0.0"), 8}, {address("192.168.4.128"), 25}, {address("2001:db8::"), 33}};

std::string client(std::string_view peer, std::vector<std::string_view> forwarded) {
  http::Fields fields;
  for (const std::string_view value : forwarded) {
    http::Field field;
    field.name = "x-forwarded-for";
    field.value = value;
    fields.add(field);
  }
  std::array<char, 64> memory;
  ByteWriter out(memory);
  http::write_address(out, client_behind(address(peer), fields, proxies));
  return std::string(out.written());
}

TEST(LiesIn, ComparesThePrefixAlone) {
  EXPECT_TRUE(lies_in(address("10.255.1.2"), proxies));
  EXPECT_FALSE(lies_in(address("11.0.0.0"), proxies));
  EXPECT_TRUE(lies_in(address("192.168.4.129"), proxies));
  EXPECT_FALSE(lies_in(address("192.168.4.127"), proxies));
  EXPECT_TRUE(lies_in(address("2001:db8:7fff::1"), proxies));
  EXPECT_FALSE(lies_in(address("2001:db8:8000::1"), proxies));
  EXPECT_FALSE(lies_in(address("a00::"), proxies)) << "the same bytes, another family";
  EXPECT_TRUE(lies_in(address("203.0.113.1"), std::array{config::Network{address("0.0.0.0"), 0}}));
}

TEST(ClientBehind, IsTheLastAddressThatIsNoProxy) {
  EXPECT_EQ(client("10.0.0.1", {"203.0.113.7"}), "203.0.113.7");
  EXPECT_EQ(client("10.0.0.1", {"203.0.113.7, 10.0.0.2"}), "203.0.113.7");
  EXPECT_EQ(client("10.0.0.1", {"203.0.113.7", " 10.0.0.2\t, 10.0.0.3 "}), "203.0.113.7");
  EXPECT_EQ(client("10.0.0.1", {"[2001:db8:9000::1]:443"}), "2001:db8:9000::1");
}

TEST(ClientBehind, DoesNotBelieveWhatTheClientItselfPutInFront) {
  EXPECT_EQ(client("10.0.0.1", {"10.0.0.9, 203.0.113.7"}), "203.0.113.7");
  EXPECT_EQ(client("10.0.0.1", {"198.51.100.1", "203.0.113.7"}), "203.0.113.7");
}

TEST(ClientBehind, StopsAtWhatIsNoAddress) {
  EXPECT_EQ(client("10.0.0.1", {}), "10.0.0.1");
  EXPECT_EQ(client("10.0.0.1", {"unknown"}), "10.0.0.1");
  EXPECT_EQ(client("10.0.0.1", {"203.0.113.7, _hidden, 10.0.0.2"}), "10.0.0.2");
  EXPECT_EQ(client("10.0.0.1", {"203.0.113.7, , 10.0.0.2"}), "10.0.0.2");
  EXPECT_EQ(client("10.0.0.1", {"10.0.0.2, 10.0.0.3"}), "10.0.0.2") << "proxies all the way";
}

}  // namespace
}  // namespace postern::gateway
