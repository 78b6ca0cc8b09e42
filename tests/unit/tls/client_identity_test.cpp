// Certificates of clients: asked for, required, or not.
#include "core/tls/session.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/unit/tls/session_kinds.hpp"

namespace postern::tls {
namespace {

using test::kind_name;
using test::SessionTest;
using test::TlsClient;
using test::TlsPair;
using test::TlsServer;
using test::today;
using test::versions;
using test::year_s;

class ClientIdentity : public SessionTest {
 protected:
  void connect(ClientCertificate asked, const std::string& identity, const Clock& clock = today()) {
    TlsServer::Settings at_server = server_settings();
    at_server.client_certificate = asked;
    TlsClient::Settings at_client = client_settings();
    at_client.identity = identity;
    server_of_pair_ = std::make_unique<TlsServer>(at_server);
    client_of_pair_ = std::make_unique<TlsClient>(at_client);
    pair = std::make_unique<TlsPair>(*server_of_pair_, *client_of_pair_, clock);
    pair->client.write("question");
    pair->run();
  }
  bool served() { return pair->server.take_plain() == "question"; }

  std::unique_ptr<TlsServer> server_of_pair_;
  std::unique_ptr<TlsClient> client_of_pair_;
  std::unique_ptr<TlsPair> pair;
};
INSTANTIATE_TEST_SUITE_P(Kinds, ClientIdentity, testing::ValuesIn(versions), kind_name);

TEST_P(ClientIdentity, IsKnownByItsThumbprint) {
  for (const auto asked : {ClientCertificate::Optional, ClientCertificate::Required}) {
    connect(asked, "client");
    ASSERT_TRUE(served());
    ASSERT_TRUE(pair->server.session().peer_certificate().has_value());
    EXPECT_NE(*pair->server.session().peer_certificate(), crypto::Thumbprint{});
    EXPECT_TRUE(pair->client.session().peer_certificate().has_value());
    EXPECT_NE(*pair->client.session().peer_certificate(),
              *pair->server.session().peer_certificate());
  }
}

TEST_P(ClientIdentity, MayBeLeftOutWhereItIsOptional) {
  for (const auto asked : {ClientCertificate::None, ClientCertificate::Optional}) {
    connect(asked, "");
    EXPECT_TRUE(served());
    EXPECT_FALSE(pair->server.session().peer_certificate().has_value());
  }
}

TEST_P(ClientIdentity, IsNotLookedAtWhereNobodyAsks) {
  connect(ClientCertificate::None, "client");
  EXPECT_TRUE(served());
  EXPECT_FALSE(pair->server.session().peer_certificate().has_value());
}

TEST_P(ClientIdentity, MustBeThereWhereItIsRequired) {
  connect(ClientCertificate::Required, "");
  EXPECT_FALSE(served());
  EXPECT_EQ(pair->server.failure(), Failure::CertificateAbsent);
  EXPECT_EQ(pair->client.take_plain(), "");
}

TEST_P(ClientIdentity, MustBeRightEvenWhereItIsOptional) {
  for (const auto asked : {ClientCertificate::Optional, ClientCertificate::Required}) {
    Clock late = today();
    late.wall.s += 11 * year_s;
    // The client would refuse the server's certificate, too, if it knew the date.
    TlsServer::Settings at_server = server_settings();
    at_server.client_certificate = asked;
    TlsServer server(at_server);
    TlsClient::Settings at_client = client_settings();
    at_client.identity = "client";
    TlsClient client(at_client);
    TlsPair both(server, client, today());
    both.client.write("question");
    both.client.go_on(today());
    for (int i = 0; i < 4; ++i) {
      both.server.feed(both.client.take_records(), late);
      both.client.feed(both.server.take_records(), today());
    }
    EXPECT_EQ(both.server.take_plain(), "");
    EXPECT_EQ(both.server.failure(), Failure::Expired);
  }
}

}  // namespace
}  // namespace postern::tls
