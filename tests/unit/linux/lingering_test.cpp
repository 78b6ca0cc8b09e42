#include "platform/linux/lingering.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace postern::platform {
namespace {

/// A connection of which we linger on one side; the other is the peer's.
struct Pair {
  Pair() {
    std::array<int, 2> ends{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
    ours = Descriptor(ends[0]);
    peer = Descriptor(ends[1]);
  }
  void peer_sends(std::size_t size) const {
    const std::string bytes(size, 'x');
    EXPECT_EQ(send(peer.number(), bytes.data(), size, MSG_NOSIGNAL), static_cast<ssize_t>(size));
  }
  [[nodiscard]] bool closed() const { return send(peer.number(), "", 1, MSG_NOSIGNAL) < 0; }

  Descriptor ours;
  Descriptor peer;
};

constexpr MonotonicTime start{1'000'000};

TEST(Lingering, WhatThePeerStillSendsIsThrownAway) {
  Lingering lingering;
  Pair pair;
  const std::uint16_t place = lingering.add(std::move(pair.ours), start);
  pair.peer_sends(10'000);
  lingering.readable(place);
  EXPECT_FALSE(pair.closed());
  EXPECT_FALSE(lingering.empty());
}

TEST(Lingering, ThePeersEndIsTheEnd) {
  Lingering lingering;
  Pair pair;
  const std::uint16_t place = lingering.add(std::move(pair.ours), start);
  shutdown(pair.peer.number(), SHUT_WR);
  lingering.readable(place);
  EXPECT_TRUE(lingering.empty());
  EXPECT_EQ(lingering.next_deadline(), never);
}

TEST(Lingering, ASilentPeerIsWaitedForTwoSeconds) {
  Lingering lingering;
  Pair pair;
  lingering.add(std::move(pair.ours), start);
  EXPECT_EQ(lingering.next_deadline(), start + seconds(2));
  lingering.advance(start + milliseconds(1'999));
  EXPECT_FALSE(pair.closed());
  lingering.advance(start + seconds(2));
  EXPECT_TRUE(pair.closed());
  EXPECT_TRUE(lingering.empty());
}

TEST(Lingering, WhoNeverStopsSendingIsCutOff) {
  Lingering lingering;
  Pair pair;
  const std::uint16_t place = lingering.add(std::move(pair.ours), start);
  for (int i = 0; i < 26; ++i) {
    ASSERT_FALSE(lingering.empty());
    pair.peer_sends(10'240);
    lingering.readable(place);
  }
  EXPECT_TRUE(lingering.empty());
}

TEST(Lingering, WhenAllPlacesAreTakenTheOldestGoes) {
  Lingering lingering;
  std::vector<Pair> pairs(Lingering::count_max + 1);
  for (std::size_t i = 0; i < Lingering::count_max; ++i) {
    lingering.add(std::move(pairs[i].ours), start);
  }
  EXPECT_FALSE(pairs[0].closed());
  lingering.add(std::move(pairs.back().ours), start);
  EXPECT_TRUE(pairs[0].closed());
  EXPECT_FALSE(pairs[1].closed());
  EXPECT_FALSE(pairs.back().closed());
}

TEST(Lingering, AnEventOfAPlaceThatWasClosedMeanwhileIsNothing) {
  Lingering lingering;
  Pair pair;
  const std::uint16_t place = lingering.add(std::move(pair.ours), start);
  lingering.advance(start + seconds(3));
  lingering.readable(place);
  EXPECT_TRUE(lingering.empty());
}

}  // namespace
}  // namespace postern::platform
