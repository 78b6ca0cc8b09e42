// What platform/lwip does beyond the contract, where its fixed memories end and peers do not
// behave.
#include <gtest/gtest.h>
#include <lwip/mem.h>
#include <lwip/memp.h>

#include "tests/platform_contract/lwip_under_test.hpp"
#include "tests/support/lwip/raw_peer.hpp"

namespace postern::contract {
namespace {

using platform::lwip::pool_count;
using platform::lwip::pool_use;
using platform::lwip::PoolUse;
using test::RawPeer;

PoolUse use_of(std::string_view name) {
  for (std::size_t i = 0; i < pool_count; ++i) {
    if (pool_use(i).name == name) return pool_use(i);
  }
  ADD_FAILURE() << "no pool " << name;
  return {};
}

std::string letters(std::size_t size) {
  std::string text = "e";
  for (std::size_t i = 1; i < size; ++i) text += static_cast<char>('a' + i * 7 % 26);
  return text;
}

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

struct Unacknowledged {
  std::string_view name;
  char order;
  std::size_t order_bytes;
  std::size_t answer_bytes;
};

class LwipUnacknowledged : public Lwip, public testing::WithParamInterface<Unacknowledged> {};

// Whoever does not say that he has our last bytes keeps memory from the others, until we give up.
TEST_P(LwipUnacknowledged, BytesAreKeptForAFewConnectionsAndForAWhile) {
  const std::string order = std::string(GetParam().order_bytes, GetParam().order);
  for (std::uint16_t port = 4000; port < 4020; ++port) {
    RawPeer peer(platform.wire, port);
    begin(peer);
    peer.acknowledges = false;
    peer.say(order);
    platform.pass(milliseconds(1));
    peer.finish();
    ASSERT_TRUE(platform.until([&] { return open() == 0; }));
    platform.pass(milliseconds(1));
  }
  constexpr std::size_t kept = platform::lwip::Lingering::count_max;
  constexpr std::size_t beside = 450;  // three pieces and an end, with what lwIP puts before each
  EXPECT_GT(use_of("heap_bytes").used, 0U);
  EXPECT_LE(use_of("heap_bytes").used, kept * (GetParam().answer_bytes + beside));
  platform.pass(seconds(11));
  EXPECT_EQ(use_of("heap_bytes").used, 0U);
  EXPECT_EQ(use_of("connections").used, 0U);
}

INSTANTIATE_TEST_SUITE_P(EveryOrder, LwipUnacknowledged,
                         testing::Values(Unacknowledged{"ThePeerEndsFirst", 'e', 1000, 1000},
                                         Unacknowledged{"WeClose", 'l', 1, 1000},
                                         Unacknowledged{"WeEndOurDirection", 'f', 1, 3}),
                         [](const auto& tested) { return std::string(tested.param.name); });

// --- Memory runs out -----------------------------------------------------------------------------

TEST_F(Lwip, BytesThatNobodyTakesHoldNoFrames) {
  RawPeer peer(platform.wire, 4000);
  begin(peer, "p");  // and takes nothing for 20 ms
  for (int i = 0; i < 1000; ++i) peer.say("x");
  platform.pass(milliseconds(10));
  EXPECT_EQ(platform.engine().bytes_received, 1U);
  EXPECT_EQ(use_of("frames").used, 0U);
  EXPECT_TRUE(platform.until([&] { return platform.engine().bytes_received == 1001; }));
}

TEST_F(Lwip, WithoutAConnectionToSpareAClientWaitsAndIsServedLater) {
  std::vector<tcp_pcb*> taken;
  while (tcp_pcb* const pcb = tcp_new()) taken.push_back(pcb);
  RawPeer peer(platform.wire, 4000);
  peer.begin();
  platform.pass(milliseconds(100));
  EXPECT_FALSE(peer.welcomed);
  EXPECT_GT(use_of("connections").refused, 0U);
  for (tcp_pcb* const pcb : taken) tcp_abort(pcb);
  begin(peer, "e");  // its SYN comes again
  EXPECT_TRUE(platform.until([&] { return peer.heard == "e"; }));
}

TEST_F(Lwip, WithoutAConnectionToSpareAConnectFailsAndSaysSo) {
  RawPeer peer(platform.wire, 4000);
  begin(peer);
  std::vector<tcp_pcb*> taken;
  while (tcp_pcb* const pcb = tcp_new()) taken.push_back(pcb);
  peer.say("o");
  EXPECT_TRUE(platform.until([&] { return peer.heard == "other"; })) << peer.heard;
  EXPECT_EQ(platform.loop().counts().not_connected, 1U);
  for (tcp_pcb* const pcb : taken) tcp_abort(pcb);
}

TEST_F(Lwip, WithoutMemoryForASegmentBytesWaitAndAreSentLater) {
  RawPeer peer(platform.wire, 4000);
  begin(peer);
  std::vector<void*> taken;
  while (void* const segment = memp_malloc(MEMP_TCP_SEG)) taken.push_back(segment);
  peer.say("eabc");
  platform.pass(milliseconds(100));
  EXPECT_EQ(peer.heard, "");
  EXPECT_GT(platform.loop().counts().short_of_memory, 1U);
  for (void* const segment : taken) memp_free(MEMP_TCP_SEG, segment);
  EXPECT_TRUE(platform.until([&] { return peer.heard == "eabc"; }));
}

TEST_F(Lwip, WithoutHeapBytesWaitAndAreSentLater) {
  RawPeer peer(platform.wire, 4000);
  begin(peer);
  std::vector<void*> taken;
  for (mem_size_t size = 4096; size >= 16; size = static_cast<mem_size_t>(size / 2)) {
    while (void* const piece = mem_malloc(size)) taken.push_back(piece);
  }
  peer.say("eabc");
  platform.pass(milliseconds(100));
  EXPECT_EQ(peer.heard, "");
  EXPECT_GT(platform.loop().counts().short_of_memory, 1U);
  for (void* const piece : taken) mem_free(piece);
  EXPECT_TRUE(platform.until([&] { return peer.heard == "eabc"; }));
}

TEST_F(Lwip, WhoTakesNoAnswersLeavesTheOthersRoom) {
  constexpr std::size_t senders = 3;
  constexpr std::size_t room =
      senders * (TCP_SND_BUF + TCP_SND_QUEUELEN * NETWORK_PIECE_BYTES) + 2 * 1600;
  std::vector<void*> taken;
  while (use_of("heap_bytes").count - use_of("heap_bytes").used > room + 500) {
    taken.push_back(mem_malloc(400));
  }
  for (std::uint16_t port = 4000; port < 4000 + senders; ++port) {
    RawPeer silent(platform.wire, port);
    begin(silent);
    silent.acknowledges = false;
    silent.say("b");
    platform.pass(milliseconds(5));
  }
  EXPECT_GT(use_of("heap_bytes").used, taken.size() * 400 + senders * TCP_SND_BUF);
  RawPeer peer(platform.wire, 5000);
  begin(peer);
  const std::string text = letters(20'000);
  for (std::size_t at = 0; at < text.size(); at += 1000) {
    peer.say(std::string_view(text).substr(at, 1000));
    ASSERT_TRUE(platform.until([&] { return peer.heard.size() == at + 1000; })) << at;
  }
  EXPECT_EQ(peer.heard, text);
  for (void* const piece : taken) mem_free(piece);
}

TEST_F(Lwip, WithoutFramesPacketsAreLostAndComeAgain) {
  LwipPeer& client = platform.connect();
  ASSERT_TRUE(platform.until([&] { return open() == 1; }));
  std::vector<pbuf*> taken;
  while (pbuf* const frame = pbuf_alloc(PBUF_RAW, 1, PBUF_POOL)) taken.push_back(frame);
  client.send("eabc");
  platform.pass(milliseconds(100));
  EXPECT_GT(platform.wire.without_memory, 0U);
  for (pbuf* const frame : taken) pbuf_free(frame);
  EXPECT_TRUE(platform.until([&] { return client.heard == "eabc"; }));
}

TEST_F(Lwip, EveryConnectionMaySendAllItMayAtOnce) {
  std::vector<Client*> clients;
  const std::string text = letters(50'000);
  for (std::size_t i = 0; i < ContractEngine::connections_max; ++i) {
    clients.push_back(&platform.connect());
    clients.back()->send(text);
  }
  EXPECT_TRUE(platform.until([&] {
    return std::all_of(clients.begin(), clients.end(),
                       [&](Client* client) { return client->heard.size() == text.size(); });
  }));
  EXPECT_EQ(platform.loop().counts().short_of_memory, 0U);
}

TEST_F(Lwip, ConnectionsThatHaveEndedGiveWayToNewOnes) {
  const std::size_t refused = use_of("connections").refused;
  for (int i = 0; i < 200; ++i) {  // within less time than TIME-WAIT takes
    LwipPeer& client = platform.connect();
    const bool we_end_first = i % 2 == 0;
    client.send(we_end_first ? "f" : "e");
    ASSERT_TRUE(platform.until([&] { return client.ended || !we_end_first; })) << i;
    client.finish();
    ASSERT_TRUE(platform.until([&] { return open() == 0 && client.ended; })) << i;
  }
  EXPECT_EQ(lost(), 0U);
  EXPECT_EQ(use_of("connections").refused, refused);
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
