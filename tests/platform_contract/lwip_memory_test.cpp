// What platform/lwip does beyond the contract, where its fixed memories end.
#include <lwip/mem.h>
#include <lwip/memp.h>

#include "tests/platform_contract/lwip_fixture.hpp"

namespace postern::contract {
namespace {

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
  const std::size_t before = use_of("heap_bytes").used;
  for (std::uint16_t port = 4000; port < 4000 + senders; ++port) {
    RawPeer silent(platform.wire, port);
    begin(silent);
    silent.acknowledges = false;
    silent.say("b");
    platform.pass(milliseconds(5));
  }
  EXPECT_GT(use_of("heap_bytes").used - before, senders * TCP_MSS) << "what they do not take";
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

}  // namespace
}  // namespace postern::contract
