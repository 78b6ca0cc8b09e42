// The wall clock of platform/lwip: what a time server may say, and when it is believed.
#include <gtest/gtest.h>

#include "tests/platform_contract/lwip_under_test.hpp"

namespace postern::contract {
namespace {

/// An SNTP server at our own address, one question at a time (RFC 4330).
class TimeServerAtWire {
 public:
  explicit TimeServerAtWire(std::uint16_t port = 123) : pcb_(udp_new()) {
    udp_bind(pcb_, IP_ADDR_ANY, port);
    udp_recv(pcb_, came, this);
  }
  ~TimeServerAtWire() { udp_remove(pcb_); }

  std::int64_t wall = 1'750'000'000;
  char leap_version_mode = '\x24';  ///< No warning, version 4, a server.
  char stratum = 2;
  bool repeats_question = true;
  int times = 1;       ///< How often it gives an answer.
  bool waits = false;  ///< Until answer().
  int questions = 0;

  void answer() {
    for (int i = 0; i < times; ++i) {
      pbuf* const answer = pbuf_alloc(PBUF_TRANSPORT, static_cast<u16_t>(answer_.size()), PBUF_RAM);
      pbuf_take(answer, answer_.data(), static_cast<u16_t>(answer_.size()));
      udp_sendto(pcb_, answer, &client_.first, client_.second);
      pbuf_free(answer);
    }
  }

 private:
  static constexpr std::int64_t from_1900_to_1970 = 2'208'988'800;

  static void came(void* server, udp_pcb* /*pcb*/, pbuf* question, const ip_addr_t* from,
                   u16_t port) {
    auto& self = *static_cast<TimeServerAtWire*>(server);
    ++self.questions;
    std::string text(question->tot_len, '\0');
    pbuf_copy_partial(question, text.data(), question->tot_len, 0);
    text[0] = self.leap_version_mode;
    text[1] = self.stratum;
    // Its transmit time is our originate time.
    for (std::size_t i = 0; i < 8; ++i) text[24 + i] = self.repeats_question ? text[40 + i] : '\1';
    const auto seconds = static_cast<std::uint32_t>(self.wall + from_1900_to_1970);
    for (std::size_t i = 0; i < 4; ++i) text[40 + i] = static_cast<char>(seconds >> (24 - 8 * i));
    pbuf_free(question);
    self.answer_ = std::move(text);
    self.client_ = {*from, port};
    if (!self.waits) self.answer();
  }

  udp_pcb* pcb_;
  std::string answer_;
  std::pair<ip_addr_t, u16_t> client_;
};

class LwipTime : public testing::Test {
 protected:
  static const char* use_server(const char* name) {
    LwipUnderTest::time_server = {name};
    return name;
  }
  ~LwipTime() override { LwipUnderTest::time_server = {}; }

  ClockTrust trust_after(Duration time) {
    platform.pass(time);
    return platform.loop().clock().trust;
  }

  const char* server_name = use_server("10.0.0.1");
  LwipUnderTest::Medium medium;
  LwipUnderTest platform{medium};
  TimeServerAtWire server;
};

TEST_F(LwipTime, IsWhatTheServerSays) {
  EXPECT_EQ(platform.loop().clock().trust, ClockTrust::Unknown);
  EXPECT_EQ(trust_after(seconds(10)), ClockTrust::Synchronised);
  EXPECT_NEAR(static_cast<double>(platform.loop().clock().wall.s), static_cast<double>(server.wall),
              10);
  EXPECT_EQ(server.questions, 1);
  platform.pass(seconds(3600));
  EXPECT_EQ(server.questions, 2);
}

TEST_F(LwipTime, TheEngineLearnsOfItWithoutAnotherEvent) {
  EXPECT_TRUE(platform.until([&] { return server.questions == 1; }));
  platform.pass(milliseconds(1));
  EXPECT_EQ(platform.engine().trust, ClockTrust::Synchronised);
}

TEST_F(LwipTime, AServerThatKissesUsGoodbyeIsLeftAloneForAnHour) {
  server.stratum = 0;
  EXPECT_EQ(trust_after(seconds(3590)), ClockTrust::Unknown);
  EXPECT_EQ(server.questions, 1);
}

TEST_F(LwipTime, AServerThatIsNotSynchronisedTellsNoTimeUntilItIs) {
  server.leap_version_mode = '\xE4';
  EXPECT_EQ(trust_after(seconds(40)), ClockTrust::Unknown);
  server.leap_version_mode = '\x24';
  server.stratum = 16;
  EXPECT_EQ(trust_after(seconds(60)), ClockTrust::Unknown);
  server.stratum = 15;
  EXPECT_EQ(trust_after(seconds(120)), ClockTrust::Synchronised);
}

TEST_F(LwipTime, AnAnswerThatIsRepeatedIsNoSecondAnswer) {
  ASSERT_EQ(trust_after(seconds(10)), ClockTrust::Synchronised);
  const WallTime before = platform.loop().clock().wall;
  server.wall += 1'000'000;  // which the next answer would have to confirm
  server.times = 3;
  platform.pass(seconds(3600));
  EXPECT_EQ(server.questions, 2);
  EXPECT_NEAR(static_cast<double>(platform.loop().clock().wall.s),
              static_cast<double>(before.s + 3600), 2);
}

TEST_F(LwipTime, AnAnswerThatIsLateIsNoTime) {
  server.waits = true;
  platform.pass(seconds(11));
  server.answer();
  EXPECT_EQ(trust_after(seconds(1)), ClockTrust::Unknown);
}

TEST_F(LwipTime, AnAnswerToNoQuestionOfOursIsNoTime) {
  server.repeats_question = false;
  EXPECT_EQ(trust_after(seconds(60)), ClockTrust::Unknown);
}

TEST_F(LwipTime, WhatIsNotAServersAnswerIsNoTime) {
  server.leap_version_mode = '\x23';  // a client's
  EXPECT_EQ(trust_after(seconds(60)), ClockTrust::Unknown);
}

TEST_F(LwipTime, ADateBeforeTheBuildIsNoTime) {
  server.wall = 1'600'000'000;
  EXPECT_EQ(trust_after(seconds(60)), ClockTrust::Unknown);
}

TEST_F(LwipTime, AServerThatWasSilentIsAskedAgain) {
  platform.wire.cut = true;
  EXPECT_EQ(trust_after(seconds(30)), ClockTrust::Unknown);
  platform.wire.cut = false;
  EXPECT_EQ(trust_after(seconds(120)), ClockTrust::Synchronised);
}

TEST(LwipTimeServer, MayBeNamedAndHaveAPortOfItsOwn) {
  LwipUnderTest::time_server = {"time.example", 1123};
  LwipUnderTest::Medium medium;
  LwipUnderTest platform(medium);
  const TimeServerAtWire server(1123);
  EXPECT_TRUE(platform.until(
      [&] { return platform.loop().clock().trust == ClockTrust::Synchronised; }, seconds(10)));
  LwipUnderTest::time_server = {};
}

}  // namespace
}  // namespace postern::contract
