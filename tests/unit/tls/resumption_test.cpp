// Who comes back is spared a key exchange, for a while.
#include "core/tls/session.hpp"

#include <gtest/gtest.h>

#include "tests/unit/tls/session_kinds.hpp"

namespace postern::tls {
namespace {

using test::kind_name;
using test::kinds;
using test::SessionTest;
using test::TlsPair;
using test::TlsServer;
using test::today;

class Resumption : public SessionTest {
 protected:
  // One connection from its beginning to its end; whether both ends resumed an earlier one.
  bool resumes(const Clock& clock) {
    set_time(clock.now);
    TlsPair pair(server_, client_, clock);
    pair.run();
    EXPECT_TRUE(pair.both_open());
    EXPECT_EQ(pair.server.session().resumed(), pair.client.session().resumed());
    pair.server.write("answer");
    pair.run();
    EXPECT_EQ(pair.client.take_plain(), "answer");
    return pair.server.session().resumed();
  }
  static Clock later(Duration by) {
    Clock clock = today();
    clock.now = clock.now + by;
    clock.wall.s += by.us / 1'000'000;
    return clock;
  }
};
INSTANTIATE_TEST_SUITE_P(Kinds, Resumption, testing::ValuesIn(kinds), kind_name);

TEST_P(Resumption, SavesTheSecondHandshakeItsCertificates) {
  EXPECT_FALSE(resumes(today()));
  EXPECT_TRUE(resumes(today()));
  EXPECT_TRUE(resumes(later(seconds(60))));
}

TEST_P(Resumption, EndsAnHourAfterTheCertificateWasSeen) {
  EXPECT_FALSE(resumes(today()));
  EXPECT_TRUE(resumes(later(SavedSession::life + seconds(-1))));
  EXPECT_FALSE(resumes(later(SavedSession::life))) << "whatever was resumed meanwhile";
  EXPECT_TRUE(resumes(later(SavedSession::life + seconds(1))));
}

TEST_P(Resumption, WorksAByteAtATime) {
  EXPECT_FALSE(resumes(today()));
  TlsPair pair(server_, client_, today());
  pair.client.room = pair.server.room = 1;
  pair.client.write("question");
  pair.run(1);
  ASSERT_TRUE(pair.both_open());
  EXPECT_TRUE(pair.client.session().resumed());
  EXPECT_EQ(pair.server.take_plain(), "question");
}

TEST_P(Resumption, IsForgottenAfterAFailure) {
  EXPECT_FALSE(resumes(today()));
  {
    TlsPair pair(server_, client_, today());
    pair.client.go_on(pair.clock);
    pair.client.feed("HTTP/1.1 400 Bad Request\r\n\r\n", pair.clock);
    EXPECT_EQ(pair.client.failure(), Failure::Protocol);
  }
  EXPECT_FALSE(resumes(today()));
}

TEST_P(Resumption, OfATicketThatAnotherServerMadeIsAFullHandshake) {
  EXPECT_FALSE(resumes(today()));
  TlsServer other(server_settings());
  TlsPair pair(other, client_, today());
  pair.run();
  ASSERT_TRUE(pair.both_open());
  EXPECT_FALSE(pair.server.session().resumed());
  EXPECT_FALSE(pair.client.session().resumed());
}

TEST_P(Resumption, IsNotOfferedToWhomACertificateIsAskedOf) {
  TlsServer::Settings settings = server_settings();
  settings.client_certificate = ClientCertificate::Optional;
  TlsServer server(settings);
  for (int i = 0; i < 2; ++i) {
    TlsPair pair(server, client_, today());
    pair.server.write("answer");
    pair.run();
    ASSERT_TRUE(pair.both_open());
    EXPECT_FALSE(pair.server.session().resumed());
  }
}

TEST(SavedSession, IsGoneWhenItIsTooOldOrAnotherIsToBeWritten) {
  static SavedSession saved;
  const MonotonicTime now{5'000'000};
  EXPECT_TRUE(saved.bytes(now).empty());
  const auto room = saved.room();
  ASSERT_EQ(room.size(), SavedSession::bytes_max);
  room[0] = std::byte{7};
  saved.keep(1, now);
  ASSERT_EQ(saved.bytes(now).size(), 1U);
  EXPECT_EQ(saved.bytes(now + SavedSession::life + microseconds(-1)).size(), 1U);
  EXPECT_TRUE(saved.bytes(now + SavedSession::life).empty());
  EXPECT_TRUE(saved.bytes(now).empty()) << "it was wiped";
  EXPECT_EQ(room[0], std::byte{0});
  room[0] = std::byte{7};
  saved.keep(1, now);
  EXPECT_EQ(saved.room()[0], std::byte{0});
  EXPECT_TRUE(saved.bytes(now).empty());
}

}  // namespace
}  // namespace postern::tls
