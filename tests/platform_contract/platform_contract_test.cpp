// Every platform does for an engine what core/platform.hpp promises. A new port writes its own
// PlatformUnderTest, adds it to `Platforms`, and is done when this passes.
#include <gtest/gtest.h>

#include <span>

#include "tests/platform_contract/linux_under_test.hpp"
#include "tests/platform_contract/lwip_under_test.hpp"
#include "tests/platform_contract/sim_under_test.hpp"

namespace postern::contract {
namespace {

std::string pattern(std::size_t size) {
  std::string text = "e";
  for (std::size_t i = 1; i < size; ++i) text += static_cast<char>('a' + i * 7 % 26);
  return text;
}

template <class Platform>
class PlatformContract : public testing::Test {
 protected:
  ~PlatformContract() override { EXPECT_EQ(platform.complaint(), ""); }

  typename Platform::Medium medium;  ///< Where records outlive the platform.
  Platform platform{medium};
};
using Platforms = testing::Types<LinuxUnderTest, SimUnderTest, LwipUnderTest>;
TYPED_TEST_SUITE(PlatformContract, Platforms);

/// For tests that make the platform themselves: one at a time, as lwIP wants it.
template <class Platform>
class PlatformRestart : public testing::Test {
 protected:
  typename Platform::Medium medium;
};
TYPED_TEST_SUITE(PlatformRestart, Platforms);

TYPED_TEST(PlatformContract, BytesArriveWholeAndInOrderBothWays) {
  Client& client = this->platform.connect();
  const std::string text = pattern(300'000);
  client.send(text);
  ASSERT_TRUE(this->platform.until([&] { return client.heard.size() >= text.size(); }));
  EXPECT_EQ(client.heard, text);
}

TYPED_TEST(PlatformContract, TheEngineLearnsOfTheEndAfterAllBytes) {
  Client& client = this->platform.connect();
  const std::string text = pattern(5'000);
  client.send(text);
  client.finish();
  ASSERT_TRUE(this->platform.until([&] { return client.ended; }));
  EXPECT_EQ(client.heard, text);
  EXPECT_FALSE(client.lost);
  EXPECT_EQ(this->platform.engine().clients_lost, 0U);
}

TYPED_TEST(PlatformContract, AnEndIsToldOnceHoweverMuchIsSentAfterIt) {
  Client& client = this->platform.connect();
  client.send("h");
  client.finish();
  ASSERT_TRUE(this->platform.until([&] { return client.ended || client.lost; }));
  EXPECT_EQ(client.heard.size(), ContractEngine::big_bytes);
  EXPECT_EQ(this->platform.engine().ends_told, 1U);
}

TYPED_TEST(PlatformContract, CloseSendsWhatIsLeftFirst) {
  Client& client = this->platform.connect();
  client.send("b");
  ASSERT_TRUE(this->platform.until([&] { return client.ended || client.lost; }));
  EXPECT_TRUE(client.ended);
  EXPECT_EQ(client.heard.size(), ContractEngine::big_bytes);
}

TYPED_TEST(PlatformContract, AbortEndsTheConnectionAtOnce) {
  Client& client = this->platform.connect();
  client.send("a");
  ASSERT_TRUE(this->platform.until([&] { return client.ended || client.lost; }));
  EXPECT_TRUE(client.lost);
  EXPECT_EQ(this->platform.engine().clients_lost, 0U) << "closed() is not called after Abort";
}

TYPED_TEST(PlatformContract, FinishSendEndsOurDirectionOnly) {
  Client& client = this->platform.connect();
  client.send("f");
  ASSERT_TRUE(this->platform.until([&] { return client.ended; }));
  EXPECT_EQ(client.heard, "bye");
  const std::size_t before = this->platform.engine().bytes_received;
  client.send("still here");
  EXPECT_TRUE(
      this->platform.until([&] { return this->platform.engine().bytes_received == before + 10; }));
  client.finish();
  EXPECT_TRUE(this->platform.until([&] { return this->platform.engine().clients_open == 0; }));
}

TYPED_TEST(PlatformContract, AnEngineWithoutRoomLeavesTheBytesToTheNetwork) {
  Client& client = this->platform.connect();
  std::string text = pattern(200'000);
  text.front() = 'p';
  client.send(text);
  ASSERT_TRUE(this->platform.until([&] { return client.heard.size() >= text.size(); }));
  EXPECT_EQ(client.heard, text);
}

TYPED_TEST(PlatformContract, DeadlinesAreKept) {
  Client& client = this->platform.connect();
  client.send("t");
  EXPECT_TRUE(this->platform.until([&] { return client.heard == "t"; }));
}

TYPED_TEST(PlatformContract, NamesAreLookedUp) {
  Client& client = this->platform.connect();
  client.send("r");
  EXPECT_TRUE(this->platform.until([&] { return client.heard == "y"; })) << client.heard;
}

TYPED_TEST(PlatformContract, AConnectSucceedsAndCarriesBytes) {
  Client& client = this->platform.connect();
  client.send("o");
  EXPECT_TRUE(this->platform.until([&] { return client.heard == "echo"; })) << client.heard;
}

TYPED_TEST(PlatformContract, AConnectToNobodyIsRefused) {
  Client& client = this->platform.connect();
  client.send("d");
  EXPECT_TRUE(this->platform.until([&] { return client.heard == "refused"; })) << client.heard;
}

TYPED_TEST(PlatformContract, AResetClientIsReportedOnce) {
  Client& client = this->platform.connect();
  client.send("e");
  ASSERT_TRUE(this->platform.until([&] { return client.heard == "e"; }));
  client.reset();
  const auto& engine = this->platform.engine();
  EXPECT_TRUE(this->platform.until([&] { return engine.clients_open == 0; }));
  EXPECT_EQ(engine.clients_lost, 1U);
}

TYPED_TEST(PlatformContract, AClientWithoutRoomIsTurnedAwayAndTheOthersAreServed) {
  for (std::size_t i = 0; i < ContractEngine::connections_max; ++i) this->platform.connect();
  ASSERT_TRUE(this->platform.until(
      [&] { return this->platform.engine().clients_open == ContractEngine::connections_max; }));
  Client& one_too_many = this->platform.connect();
  EXPECT_TRUE(this->platform.until([&] { return one_too_many.ended || one_too_many.lost; }));
  EXPECT_EQ(this->platform.engine().clients_open, ContractEngine::connections_max);
}

TYPED_TEST(PlatformContract, WhoGivesWayHasLeftItsPlaceWhenTheNextClientIsOffered) {
  std::vector<Client*> old;
  while (old.size() < ContractEngine::connections_max - 1) {
    old.push_back(&this->platform.connect());
    old.back()->send("g");
    ASSERT_TRUE(this->platform.until([&] { return old.back()->heard == "g"; }));
  }
  const std::vector<Client*> fresh = this->platform.connect_together(4);
  for (Client* client : fresh) client->send("e");
  for (const Client* client : fresh) {
    EXPECT_TRUE(this->platform.until([&] { return client->heard == "e"; }));
  }
  const auto displaced = std::span(old).first(fresh.size());
  for (const Client* client : displaced) {
    EXPECT_TRUE(this->platform.until([&] { return client->lost; }));
  }
  for (const Client* client : std::span(old).subspan(displaced.size())) EXPECT_FALSE(client->lost);
}

TYPED_TEST(PlatformContract, TheLogIsWritten) {
  this->platform.connect();
  EXPECT_TRUE(this->platform.until([&] { return this->platform.log() == "client by IPv4\n"; }));
}

TYPED_TEST(PlatformContract, WhatWasNeverStoredIsNotTold) {
  Client& client = this->platform.connect();
  client.send("q");
  EXPECT_TRUE(this->platform.until([&] { return client.heard == "nothing"; })) << client.heard;
}

TYPED_TEST(PlatformRestart, ARecordOutlivesARestartAndTheLastOneCounts) {
  const std::string longest = "k" + std::string(record_bytes_max - 1, 'x');
  {
    TypeParam before(this->medium);
    for (const std::string& record : {std::string("kold"), longest}) {
      Client& client = before.connect();
      client.send(record);
      ASSERT_TRUE(before.until([&] { return client.heard == record; })) << client.heard;
    }
    before.drain();
    before.shut_down();
  }
  TypeParam after(this->medium);
  Client& client = after.connect();
  client.send("q");
  EXPECT_TRUE(after.until([&] { return client.heard == longest; })) << client.heard;
}

TYPED_TEST(PlatformContract, DrainingEndsIdleClientsAndLetsOthersFinish) {
  Client& idle = this->platform.connect();
  Client& busy = this->platform.connect();
  busy.send("e");
  ASSERT_TRUE(this->platform.until([&] { return busy.heard == "e"; }));
  this->platform.drain();
  ASSERT_TRUE(this->platform.until([&] { return idle.ended; }));
  busy.send("more");
  EXPECT_TRUE(this->platform.until([&] { return busy.heard == "emore"; }));
  busy.finish();
  EXPECT_TRUE(this->platform.until([&] { return busy.ended; }));
}

}  // namespace
}  // namespace postern::contract
