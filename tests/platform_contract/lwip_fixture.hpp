#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "platform/lwip/pools.hpp"
#include "tests/platform_contract/lwip_under_test.hpp"
#include "tests/support/lwip/raw_peer.hpp"

namespace postern::contract {

using test::RawPeer;

inline platform::lwip::PoolUse use_of(std::string_view name) {
  for (std::size_t i = 0; i < platform::lwip::pool_count; ++i) {
    if (platform::lwip::pool_use(i).name == name) return platform::lwip::pool_use(i);
  }
  ADD_FAILURE() << "no pool " << name;
  return {};
}

inline std::string letters(std::size_t size) {
  std::string text = "e";
  for (std::size_t i = 1; i < size; ++i) text += static_cast<char>('a' + i * 7 % 26);
  return text;
}

/// The contract's engine behind platform/lwip, and peers that do what they like.
class Lwip : public testing::Test {
 protected:
  ~Lwip() override { EXPECT_EQ(platform.complaint(), ""); }

  /// A client that has said `order`, which the engine has heard.
  void begin(RawPeer& peer, std::string_view order = {}) {
    peer.begin();
    ASSERT_TRUE(platform.until([&] { return peer.welcomed; }));
    peer.acknowledge();
    if (!order.empty()) peer.say(order);
    ASSERT_TRUE(platform.until([&] { return peer.acknowledged == 1 + order.size(); }));
    platform.pass(milliseconds(1));
  }
  [[nodiscard]] std::size_t lost() { return platform.engine().clients_lost; }
  [[nodiscard]] std::size_t open() { return platform.engine().clients_open; }

  LwipUnderTest::Medium medium;
  LwipUnderTest platform{medium};
};

}  // namespace postern::contract
