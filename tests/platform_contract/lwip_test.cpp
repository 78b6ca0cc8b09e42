// What platform/lwip does beyond the contract, where peers do not behave.
#include "tests/platform_contract/lwip_fixture.hpp"

namespace postern::contract {
namespace {

// --- The way there -------------------------------------------------------------------------------

TEST_F(Lwip, BytesArriveWholeWhateverTheWayDoesToPackets) {
  const std::string text = letters(30'000);
  for (const test::WireFaults& faults :
       {test::WireFaults{.lost = 50}, test::WireFaults{.twice = 200}, test::WireFaults{.late = 300},
        test::WireFaults{.lost = 30, .twice = 30, .late = 100}}) {
    platform.wire.faults = faults;
    Client& client = platform.connect();
    client.send(text);
    client.finish();
    EXPECT_TRUE(platform.until([&] { return client.ended || client.lost; }, seconds(1200)));
    EXPECT_EQ(client.heard, text);
    platform.wire.faults = {};
  }
  EXPECT_EQ(lost(), 0U);
}

TEST_F(Lwip, ASegmentThatOvertakesIsKeptUntilWhatWasBeforeItComes) {
  RawPeer peer(platform.wire, 4000);
  begin(peer, "e");
  peer.say_ahead(3, "def");
  platform.pass(milliseconds(5));
  EXPECT_EQ(peer.heard, "e");
  peer.say("abc");
  EXPECT_TRUE(platform.until([&] { return peer.heard == "eabcdef"; })) << peer.heard;
}

TEST_F(Lwip, APeerThatIsGoneWithoutAWordIsMissed) {
  LwipPeer& client = platform.connect();
  client.send("e");
  ASSERT_TRUE(platform.until([&] { return client.heard == "e"; }));
  platform.wire.cut = true;
  platform.pass(seconds(60));
  EXPECT_EQ(lost(), 0U);
  EXPECT_TRUE(platform.until([&] { return lost() == 1; }, seconds(60)));
}

// lwIP counts milliseconds in 32 bits, which begin anew after 49 days.
TEST_F(Lwip, WhatIsLostWhileItsClockWrapsIsSentAgain) {
  constexpr std::uint64_t wraps_after_us = (std::uint64_t{1} << 32) * 1000;
  constexpr std::uint64_t day_us = std::uint64_t{24} * 3600 * 1'000'000;
  const auto left_us = [] { return wraps_after_us - test::simulated_us % wraps_after_us; };
  while (left_us() > 2 * day_us) {
    test::simulated_us += day_us;
    platform.pass(milliseconds(1));
  }
  test::simulated_us += left_us() - 2'000'000;
  Client& client = platform.connect();
  client.send("e");
  ASSERT_TRUE(platform.until([&] { return client.heard == "e"; }, seconds(1)));
  platform.wire.cut = true;
  client.send("me");
  platform.pass(seconds(4));
  platform.wire.cut = false;
  EXPECT_TRUE(platform.until([&] { return client.heard == "eme"; }, seconds(10)));
}

// --- A reset in every state ----------------------------------------------------------------------

TEST_F(Lwip, AResetBeforeTheHandshakeEndsLeavesNothing) {
  RawPeer peer(platform.wire, 4000);
  peer.begin();
  ASSERT_TRUE(platform.until([&] { return peer.welcomed; }));
  EXPECT_EQ(use_of("connections").used, 1U);
  peer.acknowledges = false;
  peer.reset();
  EXPECT_TRUE(platform.until([&] { return use_of("connections").used == 0; }));
  EXPECT_EQ(open(), 0U);
}

struct ResetCase {
  std::string_view name;
  std::string_view order;
  bool acknowledges;
  bool finishes;
};

class LwipReset : public Lwip, public testing::WithParamInterface<ResetCase> {};

TEST_P(LwipReset, IsToldOnceAndLeavesNothing) {
  const ResetCase& now = GetParam();
  RawPeer peer(platform.wire, 4000);
  begin(peer);
  peer.acknowledges = now.acknowledges;
  if (!now.order.empty()) peer.say(now.order);
  if (now.finishes) peer.finish();
  platform.pass(milliseconds(5));
  ASSERT_EQ(open(), 1U);
  peer.reset();
  EXPECT_TRUE(platform.until([&] { return open() == 0; }));
  EXPECT_EQ(lost(), 1U);
  EXPECT_EQ(use_of("connections").used, 0U);
  platform.pass(seconds(2));
  EXPECT_EQ(lost(), 1U);
}

INSTANTIATE_TEST_SUITE_P(EveryState, LwipReset,
                         testing::Values(ResetCase{"Established", "", true, false},
                                         ResetCase{"WithBytesNobodyTook", "pabc", true, false},
                                         ResetCase{"WithBytesToSend", "b", false, false},
                                         ResetCase{"AfterThePeersEnd", "h", false, true},
                                         ResetCase{"AfterOurEnd", "f", true, false},
                                         ResetCase{"AfterOurEndThatDidNotArrive", "f", false,
                                                   false}),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST_F(Lwip, AResetAfterBothEndsIsNoNews) {
  RawPeer peer(platform.wire, 4000);
  begin(peer, "e");
  peer.acknowledges = false;
  peer.finish();
  ASSERT_TRUE(platform.until([&] { return open() == 0; }));
  EXPECT_EQ(use_of("connections").used, 1U);  // our end has not been acknowledged
  peer.reset();
  EXPECT_TRUE(platform.until([&] { return use_of("connections").used == 0; }));
  EXPECT_EQ(lost(), 0U);
}

// --- Peers that do not end -----------------------------------------------------------------------

TEST_F(Lwip, WhoDoesNotEndWhenWeDoIsResetAfterAWhile) {
  RawPeer peer(platform.wire, 4000);
  begin(peer);
  platform.drain();
  ASSERT_TRUE(platform.until([&] { return peer.ended; }));
  EXPECT_EQ(open(), 0U);
  peer.say("still talking");
  platform.pass(seconds(5));
  EXPECT_FALSE(peer.lost);
  EXPECT_TRUE(platform.until([&] { return peer.lost; }, seconds(10)));
  EXPECT_EQ(use_of("connections").used, 0U);
}

TEST_F(Lwip, AConnectionThatWaitsForItsEndIsThrownOutByYoungerOnes) {
  LwipPeer& first = platform.connect();
  ASSERT_TRUE(platform.until([&] { return open() == 1; }));
  std::vector<LwipPeer*> others;
  for (std::size_t i = 0; i < platform::lwip::Lingering::count_max; ++i) {
    others.push_back(&platform.connect());
  }
  ASSERT_TRUE(platform.until([&] { return open() == 1 + others.size(); }));
  platform.drain();
  EXPECT_TRUE(platform.until([&] {
    return std::all_of(others.begin(), others.end(), [](auto* other) { return other->ended; });
  }));
  EXPECT_TRUE(first.lost);
}

TEST_F(Lwip, AFloodOfHandshakesThatDoNotEndLocksNobodyOutForLong) {
  Client& client = platform.connect();
  client.send("e");
  ASSERT_TRUE(platform.until([&] { return client.heard == "e"; }));
  for (std::uint16_t port = 5000; port < 5100; ++port) {
    RawPeer peer(platform.wire, port);
    peer.begin();
  }
  client.send("me");
  EXPECT_TRUE(platform.until([&] { return client.heard == "eme"; }));
  platform.pass(seconds(25));  // lwIP waits 20 for a handshake to end
  Client& next = platform.connect();
  next.send("e");
  EXPECT_TRUE(platform.until([&] { return next.heard == "e"; }));
}

// --- Names, sleep --------------------------------------------------------------------------------

TEST_F(Lwip, ANameServerThatDoesNotAnswerMeansNothingFound) {
  platform.name_server_answers = false;
  Client& client = platform.connect();
  client.send("r");
  EXPECT_TRUE(platform.until([&] { return client.heard == "n"; }, seconds(60)));
}

TEST_F(Lwip, MoreNamesThanMayBeLookedUpAtATimeAreNotFound) {
  platform.name_server_answers = false;
  std::vector<Client*> clients;
  for (std::size_t i = 0; i <= platform::lwip::Resolver::names_max; ++i) {
    clients.push_back(&platform.connect());
    clients.back()->send("r");
  }
  EXPECT_TRUE(platform.until([&] { return clients.back()->heard == "n"; }));
  EXPECT_EQ(platform.loop().counts().names_refused, 1U);
}

TEST_F(Lwip, WhoHasNothingToDoSleeps) {
  platform.connect();
  ASSERT_TRUE(platform.until([&] { return open() == 1; }));
  const std::size_t before = platform.turns();
  platform.pass(seconds(10));
  EXPECT_LT(platform.turns() - before, 150U);  // lwIP's own timers, the fastest four a second
}

}  // namespace
}  // namespace postern::contract
