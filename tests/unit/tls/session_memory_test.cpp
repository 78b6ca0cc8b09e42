// What sessions take of mbedTLS's memory, that the plan of the gateway has it, and what becomes of
// one that does not get it.
#include "core/tls/session.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <string>

#include "core/tls/memory.hpp"
#include "tests/support/counted_memory.hpp"
#include "tests/unit/tls/session_kinds.hpp"

namespace postern::tls {
namespace {

using postern::test::CountedMemory;
using test::gateway_name;
using test::kind_name;
using test::SessionTest;
using test::TlsClient;
using test::TlsEnd;
using test::TlsPair;
using test::TlsServer;
using test::today;
using test::Version;

/// What one end of a connection holds, now and at most; nobody else allocates while it is at work.
class Meter {
 public:
  template <class Work>
  void during(Work work) {
    const std::size_t before = CountedMemory::in_use();
    CountedMemory::reset_peak();
    work();
    peak_ = std::max(peak_, held_ + CountedMemory::peak() - before);
    held_ += CountedMemory::in_use() - before;
    held_max_ = std::max(held_max_, held_);
  }
  [[nodiscard]] std::size_t held() const { return held_; }
  /// At most between two calls, when others are at work.
  [[nodiscard]] std::size_t held_max() const { return held_max_; }
  [[nodiscard]] std::size_t peak() const { return peak_; }

 private:
  std::size_t held_ = 0;
  std::size_t held_max_ = 0;
  std::size_t peak_ = 0;
};

/// A connection from its beginning to its end.
struct Measured {
  Meter server;
  Meter client;
  std::size_t server_open = 0;
  std::size_t client_open = 0;

  Measured(TlsServer& at_server, TlsClient& at_client) {
    const Clock clock = today();
    std::unique_ptr<TlsEnd> server_end;
    std::unique_ptr<TlsEnd> client_end;
    client.during([&] {
      client_end =
          std::make_unique<TlsEnd>(at_client.context, gateway_name, at_client.saved, clock);
      client_end->write("question");
      client_end->go_on(clock);
    });
    server.during([&] {
      server_end = std::make_unique<TlsEnd>(at_server.context);
      server_end->write(std::string(10'000, 'x'));
    });
    for (int i = 0; i < 6; ++i) {
      const std::string question = client_end->take_records();
      server.during([&] { server_end->feed(question, clock); });
      const std::string answer = server_end->take_records();
      client.during([&] { client_end->feed(answer, clock); });
    }
    EXPECT_EQ(server_end->take_plain(), "question");
    EXPECT_EQ(client_end->take_plain(), std::string(10'000, 'x'));
    server_open = server.held();
    client_open = client.held();
    server.during([&] { server_end->end(); });
    client.during([&] { client_end->end(); });
  }
};

/// The heap is counted from before the first context is made until after the last has gone.
struct Counted {
  Counted() { CountedMemory::use(); }
  ~Counted() {
    EXPECT_EQ(CountedMemory::in_use(), forgotten);
    postern::test::use_fresh_library_memory();
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

  std::size_t forgotten = 0;  ///< By mbedTLS, as is known.
};

// What one step of a handshake may take while it calculates: it is the worker's memory for
// signatures, all of which but the room for misfits was measured to be needed by some signature.
constexpr auto step_bytes =
    static_cast<std::size_t>(crypto::working_memory_row(1).bytes_each) - 6 * KiB;

class SessionMemory : public Counted, public SessionTest {};
INSTANTIATE_TEST_SUITE_P(Kinds, SessionMemory, testing::ValuesIn(test::kinds), kind_name);

// An RSA key keeps the numbers that blind it, and they grow a few times: that counts as the
// certificate's.
void warm_up(TlsServer& server, TlsClient& client) {
  for (int i = 0; i < 4; ++i) {
    client.saved.forget();
    const Measured warm(server, client);
  }
  client.saved.forget();
}

TEST_P(SessionMemory, IsAsPlanned) {
  warm_up(server_, client_);
  for (const bool resumed : {false, true}) {
    const Measured it(server_, client_);
    const char* const how = resumed ? "resumed" : "full";
    std::cout << GetParam() << ", " << how << ": a server's session " << it.server_open
              << ", in its handshake " << it.server.held_max() << " to " << it.server.peak()
              << "; a client's " << it.client_open << ", " << it.client.held_max() << " to "
              << it.client.peak() << "\n";
    EXPECT_LE(it.server_open, session_bytes) << how;
    EXPECT_LE(it.server.held_max(), session_bytes + handshake_bytes) << how;
    EXPECT_LE(it.server.peak(), session_bytes + handshake_bytes + step_bytes) << how;
    EXPECT_LE(it.client_open, verified_session_bytes) << how;
    EXPECT_LE(it.client.held_max(), verified_session_bytes + handshake_bytes) << how;
    EXPECT_LE(it.client.peak(), verified_session_bytes + handshake_bytes + step_bytes) << how;
    EXPECT_EQ(it.server.held(), 0U) << how;
    EXPECT_EQ(it.client.held(), 0U) << how;
  }
}

TEST_P(SessionMemory, IsAsPlannedWithCertificatesOfClients) {
  TlsServer::Settings at_server = server_settings();
  at_server.client_certificate = ClientCertificate::Required;
  TlsServer server(at_server);
  TlsClient::Settings at_client = client_settings();
  at_client.identity = "client";
  TlsClient client(at_client);
  warm_up(server, client);
  const Measured it(server, client);
  std::cout << GetParam() << ", both certificates: a server's session " << it.server_open
            << ", in its handshake " << it.server.held_max() << " to " << it.server.peak()
            << "; a client's " << it.client_open << ", " << it.client.held_max() << " to "
            << it.client.peak() << "\n";
  EXPECT_LE(it.server_open, verified_session_bytes);
  EXPECT_LE(it.server.held_max(), session_bytes + handshake_bytes);
  EXPECT_LE(it.server.peak(), session_bytes + handshake_bytes + step_bytes);
  EXPECT_LE(it.client.held_max(), verified_session_bytes + handshake_bytes);
  EXPECT_LE(it.client.peak(), verified_session_bytes + handshake_bytes + step_bytes);
  EXPECT_EQ(it.server.held(), 0U);
  EXPECT_EQ(it.client.held(), 0U);
}

TEST(SessionMemory, OfAnAcceptedClientIsWhatTheProjectPromises) {
  EXPECT_LE(session_bytes, 23 * KiB);
}

// Pieces are refused one after the other; where big numbers are calculated with, which takes
// thousands of them, only some.
class ScarceMemory : public SessionMemory {};
INSTANTIATE_TEST_SUITE_P(Kinds, ScarceMemory, testing::ValuesIn(test::versions), kind_name);

TEST_P(ScarceMemory, MayRunOutAtAnyPlaceAndAllIsGivenBack) {
  constexpr std::size_t each_until = 300;
  constexpr std::size_t stride = 47;
  // mbedTLS 3.6.6 forgets the ciphers of a transform for TLS 1.3 when it gets no memory for all of
  // them: in a few places, so a few times.
  const std::size_t forgotten_most = GetParam().version == Version::Tls13 ? 4 * KiB : 0;
  const Clock clock = today();
  const std::size_t before = CountedMemory::in_use();
  bool opened = false;
  for (std::size_t pieces = 0; !opened; pieces += pieces < each_until ? 1 : stride) {
    {
      client_.saved.forget();
      CountedMemory::refuse_after(pieces);
      TlsPair pair(server_, client_, clock);
      pair.server.write("answer");
      pair.run();
      CountedMemory::refuse_after(SIZE_MAX);
      opened = pair.both_open() && pair.client.take_plain() == "answer";
      EXPECT_TRUE(opened || pair.server.failure() != Failure::None ||
                  pair.client.failure() != Failure::None)
          << pieces;
    }
    const std::size_t held = CountedMemory::in_use() - before;
    EXPECT_LE(held, forgotten_most) << pieces;
    forgotten = held;
  }
}

}  // namespace
}  // namespace postern::tls
