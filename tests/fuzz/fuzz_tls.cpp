// A session that gets from its peer what no honest peer would send. The peer is a true one, whose
// records the input changes on their way: so whatever is tried is tried behind a prefix of a real
// handshake.
//
//   first byte   bit 0: the client is tried, else the server; bit 1: TLS 1.2; bit 2: an earlier
//                session is resumed; bit 3: the client is asked for a certificate
//   second       so many flights come through unchanged
//   then         p A X  the next flight, its byte A (of 256 parts) changed by X
//                c A    the first part of the next flight, and no more of it
//                d      the next flight twice
//                r N .. N bytes of the input's own
//                w N    the tried end writes N bytes
//                s N    room for records: N bytes at a time
//                e      the tried end says close_notify
//                t N    time passes: 2^N seconds
//
// Checked: calls stay within what they are lent, nothing asserts, and all memory is given back.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/fuzz/check.hpp"
#include "tests/support/counted_memory.hpp"
#include "tests/support/seeded_entropy.hpp"
#include "tests/support/tls_pair.hpp"

namespace postern {
namespace {

using test::CountedMemory;
using test::TlsClient;
using test::TlsEnd;
using test::TlsPair;
using test::TlsServer;
using ClientCertificate = tls::ClientCertificate;

/// Within the certificates' dates.
constexpr Clock start{MonotonicTime{1'000'000}, WallTime{1'800'000'000}, ClockTrust::Synchronised,
                      WallTime{}};

/// The contexts that runs share, as the connections of a gateway do.
struct Contexts {
  static TlsServer::Settings asking(ClientCertificate asked) {
    return {.identities = {"timeless", "timeless-rsa"}, .client_certificate = asked};
  }
  static TlsClient::Settings of_version(mbedtls_ssl_protocol_version version) {
    TlsClient::Settings settings;
    settings.anchors = "timeless-issuing.pem";
    settings.identity = "timeless-client";
    settings.version = version;
    return settings;
  }

  TlsServer server{asking(ClientCertificate::None)};
  TlsServer server_that_asks{asking(ClientCertificate::Optional)};
  TlsClient client12{of_version(MBEDTLS_SSL_VERSION_TLS1_2)};
  TlsClient client13{of_version(MBEDTLS_SSL_VERSION_TLS1_3)};
};

class Run {
 public:
  Run(std::string_view input, TlsServer& server, TlsClient& client, bool tries_client)
      : input_(input),
        pair_(server, client, start),
        tried_(tries_client ? pair_.client : pair_.server),
        peer_(tries_client ? pair_.server : pair_.client) {
    pair_.client.go_on(pair_.clock);
  }

  void run() {
    for (std::size_t flights = number() % 8; flights > 0; --flights) deliver(next_flight());
    while (!input_.empty()) {
      step();
      pair_.server.go_on(pair_.clock);
      pair_.client.go_on(pair_.clock);
      peer_.feed(tried_.take_records(), pair_.clock);
    }
    // What was not touched comes through, or the session has failed.
    if (!touched_ && tried_.state() == TlsEnd::State::Handshake) {
      pair_.run();
      fuzz::check(pair_.both_open(), "a handshake that nobody disturbs comes to its end");
    }
  }

 private:
  void step() {
    switch (number()) {
      case 'p': {
        std::string flight = next_flight();
        const std::size_t at = flight.size() * number() / 256;
        const std::size_t change = number();
        if (flight.empty()) return;
        flight[at] = static_cast<char>(flight[at] ^ static_cast<char>(change));
        return disturb(flight);
      }
      case 'c': {
        const std::string flight = next_flight();
        return disturb(flight.substr(0, flight.size() * number() / 256));
      }
      case 'd': {
        const std::string flight = next_flight();
        return disturb(flight + flight);
      }
      case 'r': {
        const std::size_t count = number();
        const std::string_view bytes = input_.substr(0, count);
        input_.remove_prefix(bytes.size());
        return disturb(std::string(bytes));
      }
      case 'w':
        return tried_.write(std::string(number() * 64, 'x'));
      case 's':
        tried_.room = 1 + number();
        return;
      case 'e':
        touched_ = true;
        return tried_.close_notify();
      case 't':
        pair_.clock.now = pair_.clock.now + seconds(std::int64_t{1} << number() % 20);
        return tls::set_time(pair_.clock.now);
      default:
        return deliver(next_flight());
    }
  }

  std::size_t number() {
    if (input_.empty()) return 0;
    const auto value = static_cast<unsigned char>(input_.front());
    input_.remove_prefix(1);
    return value;
  }

  // What the true peer says next; when it is over with its handshake, a little text.
  std::string next_flight() {
    peer_.feed(tried_.take_records(), pair_.clock);
    if (peer_.is_open()) peer_.write("as agreed");
    return peer_.take_records();
  }
  void deliver(const std::string& records) { tried_.feed(records, pair_.clock); }
  void disturb(const std::string& records) {
    touched_ = true;
    deliver(records);
  }

  std::string_view input_;
  TlsPair pair_;
  TlsEnd& tried_;
  TlsEnd& peer_;
  bool touched_ = false;
};

/// A session to resume by.
void acquaint(TlsServer& server, TlsClient& client) {
  TlsPair pair(server, client, start);
  pair.server.write("hello");
  pair.run();
  fuzz::check(pair.both_open(), "the contexts of this test are right");
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern;
  if (size < 2) return 0;
  static const bool counted = [] {
    CountedMemory::use();
    return true;
  }();
  fuzz::check(counted && test::use_seeded_entropy(1), "there is randomness");
  static Contexts contexts;
  tls::set_time(start.now);
  TlsServer& server = (data[0] & 8) != 0 ? contexts.server_that_asks : contexts.server;
  TlsClient& client = (data[0] & 2) != 0 ? contexts.client12 : contexts.client13;
  client.saved.forget();
  if ((data[0] & 4) != 0) acquaint(server, client);
  const std::size_t before = CountedMemory::in_use();
  Run(fuzz::text_of(data + 1, size - 1), server, client, (data[0] & 1) != 0).run();
  fuzz::check(CountedMemory::in_use() == before, "all memory is given back");
  return 0;
}
