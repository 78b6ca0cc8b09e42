// A server's session and a client's, joined over memory: how a connection with TLS begins, what is
// said on it, and how it ends.
#include "core/tls/session.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/tls/session_kinds.hpp"

namespace postern::tls {
namespace {

using test::kind_name;
using test::kinds;
using test::long_text;
using test::SessionTest;
using test::TlsEnd;
using test::TlsPair;
using test::today;

using Connection = SessionTest;
INSTANTIATE_TEST_SUITE_P(Kinds, Connection, testing::ValuesIn(kinds), kind_name);

// --- The way in ----------------------------------------------------------------------------------

TEST_P(Connection, CarriesBytesBothWays) {
  TlsPair pair(server_, client_, today());
  pair.run();
  ASSERT_TRUE(pair.both_open());
  EXPECT_FALSE(pair.server.session().resumed());
  EXPECT_FALSE(pair.client.session().resumed());
  pair.client.write("question");
  pair.server.write("answer");
  pair.run();
  EXPECT_EQ(pair.server.take_plain(), "question");
  EXPECT_EQ(pair.client.take_plain(), "answer");
}

TEST_P(Connection, TakesRecordsAByteAtATime) {
  TlsPair pair(server_, client_, today());
  pair.client.write("question");
  pair.server.write("answer");
  pair.run(1);
  ASSERT_TRUE(pair.both_open());
  EXPECT_EQ(pair.server.take_plain(), "question");
  EXPECT_EQ(pair.client.take_plain(), "answer");
}

TEST_P(Connection, MakesRecordsAByteAtATime) {
  TlsPair pair(server_, client_, today());
  pair.client.room = pair.server.room = 1;
  pair.run();
  ASSERT_TRUE(pair.both_open());
  const std::string question = long_text(3000);
  pair.client.write(question);
  pair.server.write("answer");
  pair.run(1);
  EXPECT_EQ(pair.server.take_plain(), question);
  EXPECT_EQ(pair.client.take_plain(), "answer");
}

// What is said at once, behind the last flight of a handshake for which there was little room, must
// not be mistaken for what was waiting to be sent.
TEST_P(Connection, LosesNothingThatIsSaidBeforeTheHandshakesLastRecordsHaveLeft) {
  for (std::size_t room = 1; room < 400; room += 7) {
    TlsPair pair(server_, client_, today());
    pair.client.room = pair.server.room = room;
    const std::string question = long_text(100);
    pair.client.write(question);
    pair.server.write("answer");
    pair.run();
    ASSERT_TRUE(pair.both_open()) << room;
    ASSERT_EQ(pair.server.take_plain(), question) << room;
    ASSERT_EQ(pair.client.take_plain(), "answer") << room;
  }
}

TEST_P(Connection, AsksForATurnBeforeEachCostlyStep) {
  TlsPair pair(server_, client_, today());
  pair.run();
  EXPECT_GE(pair.server.costly_steps(), 1U);
  EXPECT_GE(pair.client.costly_steps(), 1U);
}

TEST_P(Connection, FailsWhenItEndsBeforeTheHandshakeDoes) {
  TlsPair pair(server_, client_, today());
  pair.client.go_on(pair.clock);
  const std::string hello = pair.client.take_records();
  pair.server.feed(std::string_view(hello).substr(0, hello.size() - 1), pair.clock);
  EXPECT_EQ(pair.server.state(), TlsEnd::State::Handshake) << "the caller knows that it ended";
  EXPECT_EQ(pair.server.take_records(), "");
}

// --- Records of an open connection ---------------------------------------------------------------

std::vector<std::size_t> record_sizes(std::string_view records) {
  std::vector<std::size_t> sizes;
  while (records.size() >= 5) {
    sizes.push_back(static_cast<unsigned char>(records[3]) << 8U |
                    static_cast<unsigned char>(records[4]));
    records.remove_prefix(std::min(records.size(), 5 + sizes.back()));
  }
  return sizes;
}

TEST_P(Connection, SendsRecordsNoLongerThanAskedFor) {
  for (const std::size_t fragment :
       {std::size_t{1}, std::size_t{512}, std::size_t{4096}, std::size_t{Session::fragment_max}}) {
    TlsPair pair(server_, client_, today());
    pair.run();
    ASSERT_TRUE(pair.both_open());
    pair.server.fragment = fragment;
    const std::string text = long_text(fragment == 1 ? 20 : 20'000);
    std::size_t records = 0;
    pair.way = [&](std::string bytes, bool to_server) {
      if (to_server) return bytes;
      for (const std::size_t size : record_sizes(bytes)) {
        EXPECT_LE(size + 5, fragment + Session::record_overhead);
        ++records;
      }
      return bytes;
    };
    pair.server.write(text);
    pair.run();
    EXPECT_EQ(pair.client.take_plain(), text);
    EXPECT_GE(records, text.size() / fragment);
  }
}

TEST_P(Connection, WritesWhatThereIsRoomForAndNothingElse) {
  TlsPair pair(server_, client_, today());
  pair.run();
  ASSERT_TRUE(pair.both_open());
  const std::string text = long_text(300);
  for (std::size_t room = 0; room < 400; ++room) {
    std::string out(room, '\0');
    Records records{{}, out};
    std::size_t count = 0;
    const auto flow = pair.server.session().write(records, text, 200, count);
    if (room <= Session::record_overhead) {
      ASSERT_EQ(flow, Session::Flow::NeedRoom) << room;
      ASSERT_EQ(count + records.made, 0U);
      continue;
    }
    ASSERT_EQ(flow, Session::Flow::Moved) << room;
    ASSERT_EQ(count, std::min<std::size_t>(room - Session::record_overhead, 200));
    pair.client.feed(out.substr(0, records.made), pair.clock);
    ASSERT_EQ(pair.client.take_plain(), text.substr(0, count)) << room;
  }
}

TEST_P(Connection, ReadsARecordOfTheGreatestLengthIntoLittleRoom) {
  TlsPair pair(server_, client_, today());
  pair.run();
  const std::string text = long_text(Session::fragment_max);
  pair.server.write(text);
  const std::string sent = pair.server.take_records();
  Records records{sent, {}};
  std::string read;
  for (;;) {
    char plain[7];
    std::size_t count = 0;
    const auto flow = pair.client.session().read(records, plain, count, pair.clock);
    if (flow == Session::Flow::NeedRecords) break;
    ASSERT_EQ(flow, Session::Flow::Moved);
    read.append(plain, count);
    if (read.size() < text.size() && records.taken == sent.size()) {
      ASSERT_TRUE(pair.client.session().holds_plain());
    }
  }
  EXPECT_EQ(read, text);
  EXPECT_FALSE(pair.client.session().holds_plain());
}

TEST_P(Connection, EndsWithCloseNotifyInEitherDirection) {
  for (const bool server_first : {true, false}) {
    TlsPair pair(server_, client_, today());
    pair.run();
    TlsEnd& first = server_first ? pair.server : pair.client;
    TlsEnd& second = server_first ? pair.client : pair.server;
    first.write("the last words");
    first.close_notify();
    pair.run();
    EXPECT_EQ(second.state(), TlsEnd::State::Ended);
    EXPECT_EQ(second.take_plain(), "the last words");
    second.close_notify();
    pair.run();
    EXPECT_EQ(first.state(), TlsEnd::State::Ended);
  }
}

TEST_P(Connection, SaysNoCloseNotifyWithoutRoom) {
  TlsPair pair(server_, client_, today());
  pair.run();
  for (std::size_t room = 0; room <= Session::record_overhead; ++room) {
    std::string out(room, '\0');
    Records records{{}, out};
    EXPECT_EQ(pair.server.session().close_notify(records), Session::Flow::NeedRoom);
    EXPECT_EQ(records.made, 0U);
  }
}

TEST_P(Connection, FailsOnAnyByteOfARecordThatWasChanged) {
  std::size_t size = 1;
  for (std::size_t at = 0; at < size; ++at) {
    TlsPair pair(server_, client_, today());
    pair.run();
    pair.way = [&](std::string records, bool to_server) {
      if (!to_server) return records;
      size = records.size();
      records[at] = static_cast<char>(records[at] ^ (1 << at % 8));
      return records;
    };
    pair.client.write("x");
    pair.run();
    EXPECT_EQ(pair.server.take_plain(), "") << at;
    // A greater length makes it wait for more.
    const bool length = at == 3 || at == 4;
    if (!length) {
      EXPECT_EQ(pair.server.failure(), Failure::Protocol) << at;
    }
  }
}

TEST_P(Connection, RefusesARecordLongerThanTheProtocolAllows) {
  TlsPair pair(server_, client_, today());
  pair.run();
  pair.client.take_records();
  pair.server.feed(std::string("\x17\x03\x03\x48\x00", 5) + std::string(0x4800, 'x'), pair.clock);
  EXPECT_EQ(pair.server.failure(), Failure::Protocol);
}

TEST_P(Connection, RefusesARecordThatIsPlayedAgain) {
  TlsPair pair(server_, client_, today());
  pair.run();
  pair.client.write("once");
  const std::string record = pair.client.take_records();
  pair.server.feed(record, pair.clock);
  EXPECT_EQ(pair.server.take_plain(), "once");
  pair.server.feed(record, pair.clock);
  EXPECT_EQ(pair.server.take_plain(), "");
  EXPECT_EQ(pair.server.failure(), Failure::Protocol);
}

}  // namespace
}  // namespace postern::tls
