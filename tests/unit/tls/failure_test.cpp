// Why a connection with TLS comes to nothing: each reason by its own cause.
#include "core/tls/session.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/unit/tls/session_kinds.hpp"

namespace postern::tls {
namespace {

using test::gateway_name;
using test::kind_name;
using test::SessionTest;
using test::TlsClient;
using test::TlsPair;
using test::TlsServer;
using test::today;
using test::Version;
using test::versions;
using test::year_s;

class Failures : public SessionTest {
 protected:
  TlsClient::Settings with(const char* anchors) {
    TlsClient::Settings settings = client_settings();
    settings.anchors = anchors;
    return settings;
  }
  // What the client found. The server was told so: with TLS 1.3 by an alert that mbedTLS's client
  // sends before it encrypts, which the server may not believe.
  Failure refusal(TlsServer& server, TlsClient& client, const Clock& clock,
                  const PeerName& name = gateway_name) {
    client.saved.forget();
    TlsPair pair(server, client, clock, name);
    pair.server.write("answer");
    pair.run();
    EXPECT_FALSE(pair.client.is_open());
    EXPECT_EQ(pair.client.take_plain(), "");
    EXPECT_EQ(pair.server.failure(),
              GetParam().version == Version::Tls12 ? Failure::PeerAlert : Failure::Protocol);
    return pair.client.failure();
  }
};
INSTANTIATE_TEST_SUITE_P(Kinds, Failures, testing::ValuesIn(versions), kind_name);

TEST_P(Failures, UntrustedIsAChainThatEndsAtNoneOfTheAnchors) {
  TlsClient client(with("address.pem"));
  EXPECT_EQ(refusal(server_, client, today()), Failure::Untrusted);
}

TEST_P(Failures, AnIntermediateAuthorityMayBeTheAnchor) {
  TlsClient client(with("issuing.pem"));
  TlsPair pair(server_, client, today());
  pair.run();
  EXPECT_TRUE(pair.both_open());
}

TEST_P(Failures, ExpiredIsAfterTheLastDay) {
  Clock clock = today();
  clock.wall.s += 11 * year_s;
  EXPECT_EQ(refusal(server_, client_, clock), Failure::Expired);
}

TEST_P(Failures, NotYetValidIsBeforeTheFirst) {
  Clock clock = today();
  clock.wall.s -= year_s;
  EXPECT_EQ(refusal(server_, client_, clock), Failure::NotYetValid);
}

TEST_P(Failures, WrongNameIsACertificateForAnotherHost) {
  EXPECT_EQ(refusal(server_, client_, today(), {"other.test", {}}), Failure::WrongName);
  EXPECT_EQ(refusal(server_, client_, today(), {"sub.www.gateway.test", {}}), Failure::WrongName);
  EXPECT_EQ(refusal(server_, client_, today(),
                    {"127.0.0.1", Address{Address::Family::V4, 0, {127, 0, 0, 1}}}),
            Failure::WrongName);
}

TEST_P(Failures, AnAddressIsComparedWithTheCertificatesAddresses) {
  TlsServer server({.identities = {"address"}});
  Address six{Address::Family::V6, 0, {}};
  six.bytes[15] = 1;
  for (const PeerName& name :
       {PeerName{"127.0.0.1", Address{Address::Family::V4, 0, {127, 0, 0, 1}}},
        PeerName{"::1", six}}) {
    client_.saved.forget();
    TlsPair pair(server, client_, today(), name);
    pair.run();
    EXPECT_TRUE(pair.both_open()) << name.host;
  }
  EXPECT_EQ(refusal(server, client_, today(),
                    {"127.0.0.2", Address{Address::Family::V4, 0, {127, 0, 0, 2}}}),
            Failure::WrongName);
}

TEST_P(Failures, ClockNotTrustedIsADateThatMayNotBeJudged) {
  TlsClient::Settings settings = client_settings();
  settings.dates.unknown = false;
  TlsClient client(settings);
  Clock clock = today();
  clock.trust = ClockTrust::Unknown;
  EXPECT_EQ(refusal(server_, client, clock), Failure::ClockNotTrusted);
}

TEST_P(Failures, WrongUseIsACertificateForSomethingElse) {
  TlsServer::Settings settings = server_settings();
  settings.client_certificate = ClientCertificate::Optional;
  TlsServer server(settings);
  // A client of ours would not start with a server's certificate, so its context is told later.
  ParsedIdentity wrong;
  const Identity gateway = test::identity("gateway");
  ASSERT_EQ(wrong.parse(gateway.chain, gateway.key, Role::Server), IdentityProblem::None);
  ASSERT_EQ(mbedtls_ssl_conf_own_cert(&client_.config(), wrong.chain(), wrong.key()), 0);
  TlsPair pair(server, client_, today());
  pair.run();
  EXPECT_EQ(pair.server.failure(), Failure::WrongUse);
}

TEST_P(Failures, ProtocolIsWhatIsNotTls) {
  for (const std::string_view what :
       {std::string_view("GET / HTTP/1.1\r\nHost: h\r\n\r\n"),
        std::string_view("\x16\x03\x01\x00\x04\x01\x00\x00\x00", 9),
        std::string_view("\x80\x2e\x01\x03\x01\x00\x15\x00\x00\x00\x10", 11)}) {
    TlsPair pair(server_, client_, today());
    pair.server.feed(what, pair.clock);
    EXPECT_EQ(pair.server.failure(), Failure::Protocol) << what;
    EXPECT_NE(pair.server.session().detail(), 0);
  }
}

TEST_P(Failures, ProtocolIsAVersionThatIsNotOurs) {
  if (GetParam().version == Version::Tls13) GTEST_SKIP() << "there is no later one";
  TlsServer server({.identities = {"gateway"}, .only_tls13 = true});
  TlsPair pair(server, client_, today());
  pair.run();
  EXPECT_EQ(pair.server.failure(), Failure::Protocol);
  EXPECT_EQ(pair.client.failure(), Failure::PeerAlert);
}

TEST_P(Failures, ProtocolIsSuitesOfWhichNoneIsOurs) {
  static const int weak[] = {MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
                             MBEDTLS_TLS1_3_AES_128_CCM_8_SHA256, 0};
  TlsPair pair(server_, client_, today());
  // As a client would write it that has nothing else to offer.
  pair.client.go_on(pair.clock);
  std::string hello = pair.client.take_records();
  const auto suites_at = static_cast<std::size_t>(5 + 4 + 2 + 32 + 1) +
                         static_cast<unsigned char>(hello[5 + 4 + 2 + 32]);
  const std::size_t suites = static_cast<unsigned char>(hello[suites_at]) << 8U |
                             static_cast<unsigned char>(hello[suites_at + 1]);
  for (std::size_t i = 0; i < suites; i += 2) {
    hello[suites_at + 2 + i] = static_cast<char>(weak[0] >> 8);
    hello[suites_at + 3 + i] = static_cast<char>(weak[0] & 0xFF);
  }
  pair.server.feed(hello, pair.clock);
  EXPECT_EQ(pair.server.failure(), Failure::Protocol);
}

}  // namespace
}  // namespace postern::tls
