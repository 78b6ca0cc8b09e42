// What the file says of TLS, of who the gateway is and of who is trusted.
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/config/loaded.hpp"
#include "tests/unit/config/mistake.hpp"

namespace postern::config {
namespace {

using postern::test::certificate_file;
using test::full_file;
using test::Loaded;
using test::Mistake;
using test::replaced;

std::string text_of(std::span<const std::byte> pem) {
  std::string text(as_text(pem));
  EXPECT_TRUE(text.ends_with('\0')) << "as mbedTLS wants it";
  text.pop_back();
  return text;
}

bool names(const tls::TrustAnchor& anchor, std::string_view common_name) {
  return as_text(anchor.subject).find(common_name) != std::string_view::npos;
}

TEST(LoadTls, ReadsAListenersIdentities) {
  const Loaded file(full_file);
  ASSERT_TRUE(file.ok()) << file.lines();
  EXPECT_EQ(file->listeners[0].tls, nullptr);
  ASSERT_NE(file->listeners[2].tls, nullptr);
  const ListenerTls& tls = *file->listeners[2].tls;
  ASSERT_EQ(tls.identities.size(), 2U);
  EXPECT_EQ(tls.identities[0].certificate_file, "gateway-chain.pem");
  EXPECT_EQ(tls.identities[0].key_file, "gateway.key");
  EXPECT_EQ(text_of(tls.identities[0].chain), certificate_file("gateway-chain.pem"));
  EXPECT_EQ(text_of(tls.identities[0].key), certificate_file("gateway.key"));
  EXPECT_EQ(tls.identities[1].certificate_file, "named-chain.pem");
  EXPECT_EQ(tls.min_version, TlsVersion::Tls13);
  EXPECT_EQ(tls.max_fragment, 2048);
}

TEST(LoadTls, AsksClientsForCertificatesOfTheAuthoritiesNamed) {
  const Loaded file(full_file);
  ASSERT_TRUE(file.ok()) << file.lines();
  const ListenerTls& tls = *file->listeners[2].tls;
  EXPECT_EQ(tls.client_certificate, ClientCertificate::Optional);
  ASSERT_EQ(tls.client_anchors.size(), 2U);
  EXPECT_TRUE(names(tls.client_anchors[1], "Postern test issuing"));
  EXPECT_EQ(tls.client_ca_file, "two-anchors.pem");
  const Loaded strict(replaced(full_file, R"("client_certificate": "optional",)", ""));
  ASSERT_TRUE(strict.ok()) << strict.lines();
  EXPECT_EQ(strict->listeners[2].tls->client_certificate, ClientCertificate::Required);
}

TEST(LoadTls, HasSensibleDefaults) {
  const Loaded file(
      replaced(full_file, R"("address": "0.0.0.0:8080")",
               R"("address": "0.0.0.0:8080", "tls": {"certificate_file": "gateway-rsa-chain.pem",
                                            "key_file": "gateway-rsa.key"})"));
  ASSERT_TRUE(file.ok()) << file.lines();
  const ListenerTls& tls = *file->listeners[0].tls;
  EXPECT_EQ(tls.client_certificate, ClientCertificate::None);
  EXPECT_TRUE(tls.client_anchors.empty());
  EXPECT_EQ(tls.min_version, TlsVersion::Tls12);
  EXPECT_EQ(tls.max_fragment, 4096);
  const Authenticate& picture = file->endpoints[1].authenticate;
  EXPECT_EQ(picture.binding, CertificateBinding::Optional);
  EXPECT_EQ(file->timeouts.handshake, seconds(5));
}

TEST(LoadTls, ReadsHowAProviderIsSpokenTo) {
  const Loaded file(full_file);
  ASSERT_TRUE(file.ok()) << file.lines();
  const Provider& guarded = file->providers[2];
  EXPECT_TRUE(guarded.introspection->url.secure);
  ASSERT_NE(guarded.tls, nullptr);
  ASSERT_EQ(guarded.tls->anchors.size(), 1U);
  EXPECT_TRUE(names(guarded.tls->anchors[0], "Postern test root"));
  EXPECT_EQ(guarded.tls->ca_file, "root.pem");
  ASSERT_NE(guarded.tls->identity, nullptr);
  EXPECT_EQ(text_of(guarded.tls->identity->chain), certificate_file("client-chain.pem"));
  EXPECT_EQ(guarded.tls->max_fragment, 1024);
  EXPECT_EQ(file->providers[0].tls, nullptr) << "it is http";
}

TEST(LoadTls, ReadsTheGatewaysOwnKey) {
  const Loaded file(full_file);
  ASSERT_TRUE(file.ok()) << file.lines();
  const Introspection& introspection = *file->providers[2].introspection;
  EXPECT_EQ(introspection.client_auth, ClientAuth::PrivateKeyJwt);
  EXPECT_EQ(introspection.client_id, "gw");
  EXPECT_EQ(introspection.client_secret, nullptr);
  ASSERT_NE(introspection.client_key, nullptr);
  EXPECT_EQ(text_of(introspection.client_key->pem), certificate_file("p384.key"));
  EXPECT_EQ(introspection.client_key->id, "k1");
  EXPECT_EQ(introspection.client_key->algorithm, crypto::SignatureAlgorithm::ES384);
  EXPECT_EQ(introspection.client_key->audience, "https://guarded.example");
}

TEST(LoadTls, TakesTheAlgorithmThatFitsTheKey) {
  using crypto::SignatureAlgorithm;
  const std::pair<const char*, SignatureAlgorithm> usual[] = {
      {"gateway.key", SignatureAlgorithm::ES256},
      {"p384.key", SignatureAlgorithm::ES384},
      {"p521.key", SignatureAlgorithm::ES512},
      {"gateway-rsa.key", SignatureAlgorithm::RS256}};
  const std::string text = replaced(full_file, R"("client_key_algorithm": "ES384",)", "");
  for (const auto& [key, algorithm] : usual) {
    const Loaded file(replaced(text, "p384.key", key));
    ASSERT_TRUE(file.ok()) << file.lines();
    EXPECT_EQ(file->providers[2].introspection->client_key->algorithm, algorithm) << key;
  }
}

TEST(LoadTls, TrustsTheSystemsAuthoritiesWhereTheFileNamesNone) {
  const Loaded file(replaced(full_file, R"("ca_file": "root.pem", )", ""));
  ASSERT_TRUE(file.ok()) << file.lines();
  ASSERT_NE(file->upstreams[2].tls, nullptr);
  const auto& anchors = file->upstreams[2].tls->anchors;
  ASSERT_EQ(anchors.size(), 1U) << "one that cannot be read is passed over";
  EXPECT_EQ(file->providers[2].tls->anchors.data(), anchors.data()) << "read once, shared by all";
  EXPECT_EQ(file->upstreams[2].tls->ca_file, "");
  EXPECT_EQ(file->upstreams[2].tls->identity, nullptr);
  EXPECT_EQ(file->upstreams[2].tls->max_fragment, 0);
  EXPECT_EQ(file->upstreams[0].tls, nullptr);
}

TEST(LoadTls, WantsAuthoritiesWhereTheSystemHasNone) {
  const Loaded file(full_file, 256 * 1024, /*has_system_anchors=*/false);
  EXPECT_FALSE(file.ok());
  EXPECT_EQ(file.findings().size(), 1U) << file.lines();
  EXPECT_NE(file.lines().find("/upstreams/vault/tls/ca_file: is missing"), std::string::npos);
}

TEST(LoadTls, IsReadyForWhatIsDiscovered) {
  const std::string jwt = replaced(full_file, R"("connector": "oauth2")", R"("connector": "jwt")");
  const std::string by_issuer = replaced(jwt, R"("default": "legacy")", R"("default": "silent")");
  const auto silent = [&](const std::string& provider) {
    const Loaded file(replaced(by_issuer, R"("silent": {})", R"("silent": )" + provider));
    EXPECT_TRUE(file.ok()) << file.lines();
    return file.ok() && file->providers[3].tls != nullptr;
  };
  EXPECT_TRUE(silent(R"({"issuer": "https://silent.example"})"));
  EXPECT_FALSE(silent(R"({"issuer": "http://silent.example"})"));
  EXPECT_TRUE(silent(R"({"issuer": "http://silent.example", "tls": {}})"))
      << "its metadata may name https";
}

TEST(LoadTls, ReadsWhatBindsTokens) {
  const Loaded file(full_file);
  ASSERT_TRUE(file.ok()) << file.lines();
  const Authenticate& readings = file->endpoints[0].authenticate;
  EXPECT_EQ(readings.binding, CertificateBinding::Required);
  EXPECT_TRUE(readings.dpop.required);
  EXPECT_TRUE(readings.dpop.nonce);
  EXPECT_EQ(readings.dpop.max_age, seconds(30));
  const StandardSlots& slots = file->standard_slots;
  ASSERT_NE(slots.certificate, no_slot);
  EXPECT_EQ(file->claims[slots.certificate].text, "$.cnf['x5t#S256']");
  ASSERT_NE(slots.key, no_slot);
  EXPECT_EQ(file->claims[slots.key].text, "$.cnf.jkt");
}

TEST(LoadTls, KeepsNoCertificateOfATokenWhereNobodyLooks) {
  const Loaded file(replaced(full_file, R"("certificate_binding": "required")",
                             R"("certificate_binding": "off")"));
  ASSERT_TRUE(file.ok()) << file.lines();
  EXPECT_EQ(file->standard_slots.certificate, no_slot);
  EXPECT_NE(file->standard_slots.key, no_slot) << "a token bound to a key needs its proof anywhere";
}

// --- Mistakes ------------------------------------------------------------------------------------

constexpr std::string_view gateway_key = R"("key_file": "gateway.key")";
constexpr std::string_view gateway_chain = R"("certificate_file": "gateway-chain.pem")";
constexpr std::string_view listener_chain = "/listeners/2/tls/certificate_file";
constexpr std::string_view listener_key = "/listeners/2/tls/key_file";
constexpr std::string_view guarded_key = R"("client_key_file": "p384.key")";
constexpr std::string_view guarded = "/providers/guarded/introspection/client_key_file";
constexpr std::string_view silent = R"("silent": {})";

constexpr Mistake mistakes[] = {
    // A listener's certificates and keys.
    {gateway_key, R"("key_file": "missing")", listener_key, "there is no file \"missing\"",
     "create it"},
    {gateway_key, R"("key_file": "exposed")", listener_key, "read or written by others",
     "chmod 600"},
    {gateway_key, R"("key_file": "empty")", listener_key, "is empty", "the key in PEM"},
    {gateway_key, R"("key_file": "gateway-new.key")", listener_key, "not the key of the",
     "name the key that the certificate was made for"},
    {gateway_key, R"("key_file": "encrypted.key")", listener_key, "is encrypted", "openssl pkey"},
    {gateway_key, R"("key_file": "torn.key")", listener_key, "cannot be read", "BEGIN PRIVATE KEY"},
    {gateway_key, R"("key_file": "gateway.pem")", listener_key, "no private key in PEM", ""},
    {R"(, "key_file": "gateway.key",)", ",", listener_key, "is missing", "add it"},
    {gateway_chain, R"("certificate_file": "missing")", listener_chain, "there is no file", ""},
    {gateway_chain, R"("certificate_file": "gateway.key")", listener_chain,
     "has no certificate in PEM", "BEGIN CERTIFICATE"},
    {gateway_chain, R"("certificate_file": "both.pem")", listener_chain, "holds a key, too",
     "a file that nobody else can read"},
    {gateway_chain, R"("certificate_file": "not PEM")", listener_chain, "has no certificate in PEM",
     "BEGIN CERTIFICATE"},
    {gateway_chain, R"("certificate_file": "torn-chain.pem")", listener_chain, "broken",
     "BEGIN CERTIFICATE"},
    {gateway_chain, R"("certificate_file": "reversed-chain.pem")", listener_chain, "another order",
     "own certificate first"},
    {gateway_chain, R"("certificate_file": "client-chain.pem")", listener_key, "not the key", ""},
    {R"("certificate_file": "gateway-chain.pem", "key_file": "gateway.key")",
     R"("certificate_file": "client-chain.pem", "key_file": "client.key")", listener_chain,
     "made for another use", "extended key usage"},
    {R"("certificate_file": "gateway-chain.pem", "key_file": "gateway.key")",
     R"("certificate_file": "many-names-chain.pem", "key_file": "many-names.key")", listener_chain,
     "too long", "4 KiB"},
    {R"("certificate_file": "gateway-chain.pem", "key_file": "gateway.key")",
     R"("certificate_file": "p521-chain.pem", "key_file": "p521.key")", listener_chain,
     "a kind that is not taken", "P-256 or P-384"},
    {R"([{"certificate_file": "named-chain.pem",
                                           "key_file": "named.key"}])",
     R"([{"certificate_file": "gateway-new-chain.pem", "key_file": "gateway-new.key"}])",
     "/listeners/2/tls/certificates/0/certificate_file",
     "is for gateway.test, which gateway-chain.pem is for, too", "take one of them out"},
    {R"("key_file": "named.key")", gateway_key, "/listeners/2/tls/certificates/0/key_file",
     "not the key", ""},
    // Who may come.
    {R"("client_ca_file": "two-anchors.pem", )", "", "/listeners/2/tls/client_ca_file",
     "is missing", "the authorities of the clients' certificates"},
    {"two-anchors.pem", "gateway.key", "/listeners/2/tls/client_ca_file", "no certificate in PEM",
     "the authorities' certificates in PEM"},
    {"two-anchors.pem", "half-torn-anchors.pem", "/listeners/2/tls/client_ca_file", "is broken",
     ""},
    {"two-anchors.pem", "missing", "/listeners/2/tls/client_ca_file", "there is no file", ""},
    {R"("client_ca_file": "two-anchors.pem", "client_certificate": "optional",)", "",
     "/endpoints/0/authenticate/certificate_binding", "no listener asks clients for a certificate",
     "client_ca_file"},
    {R"("min_version": "1.3")", R"("min_version": "1.1")", "/listeners/2/tls/min_version",
     "\"1.1\" is not known here", "1.2, 1.3"},
    {R"("max_fragment": 2048)", R"("max_fragment": 256)", "/listeners/2/tls/max_fragment",
     "out of range", "512 to 4096"},
    // The other side.
    {silent, R"("silent": {"tls": {}})", "/providers/silent/tls", "no URL is https", "take it out"},
    {R"("camera": {)", R"("camera": {"tls": {}, )", "/upstreams/camera/tls", "no URL is https", ""},
    {R"(, "certificate_file": "client-chain.pem",)", ",", "/providers/guarded/tls/certificate_file",
     "go together", "add it"},
    {R"("key_file": "client.key", )", "", "/providers/guarded/tls/key_file", "go together", ""},
    {"client-chain.pem", "gateway-chain.pem", "/providers/guarded/tls/key_file", "not the key", ""},
    {R"("max_fragment": 1024)", R"("max_fragment": 1000)", "/providers/guarded/tls/max_fragment",
     "none of the four", "512, 1024, 2048 or 4096"},
    {silent, R"("silent": {"proxy": "https://proxy.example"})", "/providers/silent/proxy",
     "a proxy is spoken to in plain HTTP", "http://host:port"},
    // The gateway's own credentials.
    {R"("client_key_file": "p384.key",)", "", guarded, "is missing", "holds the client key"},
    {guarded_key, R"("client_key_file": "exposed")", guarded, "by others", "chmod 600"},
    {guarded_key, R"("client_key_file": "encrypted.key")", guarded, "no key that can be used",
     "unencrypted"},
    {guarded_key, R"("client_key_file": "gateway-rsa.key")",
     "/providers/guarded/introspection/client_key_algorithm", "does not fit the key",
     "write RS256"},
    {R"("client_auth": "private_key_jwt")",
     R"("client_auth": "private_key_jwt", "client_secret_file": "secret")",
     "/providers/guarded/introspection/client_secret_file",
     "not used with client_auth private_key_jwt", "client_secret_basic"},
    {R"("client_auth": "private_key_jwt")", R"("client_auth": "tls_client_auth")", guarded,
     "not used with client_auth tls_client_auth", "private_key_jwt"},
    {R"("client_auth": "private_key_jwt")", R"("client_auth": "private_key_jwt", "method": "GET")",
     "/providers/guarded/introspection/client_auth", "private_key_jwt cannot be used with GET",
     "POST"},
    {silent,
     R"("silent": {"introspection": {"url": "https://h/", "client_id": "g",
                                     "client_auth": "tls_client_auth"}})",
     "/providers/silent/tls/certificate_file", "tls_client_auth needs it", "add the certificate"},
    {silent,
     R"("silent": {"introspection": {"url": "http://h/", "client_id": "g",
                                     "client_auth": "tls_client_auth"}})",
     "/providers/silent/introspection/url", "needs TLS", "https"},
    // Bound tokens.
    {R"("max_age_s": 30)", R"("max_age_s": 0)", "/endpoints/0/authenticate/dpop/max_age_s",
     "out of range", "from 1"},
    {R"("authenticate": {"connector": "none"})",
     R"("authenticate": {"connector": "none", "dpop": {}})", "/endpoints/1/authenticate/dpop",
     "not used with connector none", ""},
};

class TlsMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(TlsMistakes, AreToldWithPlaceAndRemedy) { test::expect_told(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Configuration, TlsMistakes, testing::ValuesIn(mistakes));

}  // namespace
}  // namespace postern::config
