#include "platform/linux/listener.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>

#include "platform/linux/socket_address.hpp"

namespace postern::platform {
namespace {

Address loopback(Address::Family family, std::uint16_t port = 0) {
  Address address;
  address.family = family;
  address.port = port;
  if (family == Address::Family::V4) {
    address.bytes = {127, 0, 0, 1};
  } else {
    address.bytes[15] = 1;
  }
  return address;
}

TEST(Listener, AnyFreePortIsToldOnceItIsKnown) {
  const Listener listener = listen_first_on(loopback(Address::Family::V4));
  EXPECT_EQ(listener.problem, "");
  EXPECT_TRUE(listener.socket.valid());
  EXPECT_NE(listener.address.port, 0);
}

TEST(Listener, WorkersShareAnAddress) {
  const Listener first = listen_first_on(loopback(Address::Family::V4));
  EXPECT_EQ(listen_also_on(first.address).problem, "");
}

TEST(Listener, ASecondGatewayIsRefusedAndToldWhy) {
  const Listener first = listen_first_on(loopback(Address::Family::V4));
  const Listener second = listen_first_on(first.address);
  EXPECT_FALSE(second.socket.valid());
  EXPECT_EQ(second.problem, text_of(first.address) + ": " + strerror(EADDRINUSE) +
                                "; another program listens there: stop it or choose another port");
}

TEST(Listener, BothFamiliesMayListenOnOnePort) {
  const Listener v4 = listen_first_on(loopback(Address::Family::V4));
  const Listener v6 = listen_first_on(loopback(Address::Family::V6, v4.address.port));
  if (v6.problem.find("not have that address") != std::string::npos) {
    GTEST_SKIP() << "this machine has no IPv6";
  }
  EXPECT_EQ(v6.problem, "");
}

TEST(SocketAddress, IsTheSameThereAndBack) {
  for (const Address::Family family : {Address::Family::V4, Address::Family::V6}) {
    const Address address = loopback(family, 8443);
    EXPECT_EQ(SocketAddress(address).address(), address);
  }
}

TEST(SocketAddress, AnIpv4ClientOfAnIpv6SocketIsAnIpv4Client) {
  Address mapped = loopback(Address::Family::V6, 80);
  mapped.bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, 1};
  const Address address = SocketAddress(mapped).address();
  EXPECT_EQ(address.family, Address::Family::V4);
  EXPECT_EQ(text_of(address), "192.0.2.1:80");
}

TEST(SocketAddress, AsText) {
  EXPECT_EQ(text_of(loopback(Address::Family::V4, 8080)), "127.0.0.1:8080");
  EXPECT_EQ(text_of(loopback(Address::Family::V6, 8080)), "[::1]:8080");
}

}  // namespace
}  // namespace postern::platform
