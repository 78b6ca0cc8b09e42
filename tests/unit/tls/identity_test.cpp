// A certificate, the chain above it and its key: what will do, and what is wrong with the rest.
#include "core/tls/identity.hpp"

#include <gtest/gtest.h>

#include <array>
#include <ostream>
#include <string>

#include "tests/support/certificates.hpp"

namespace postern::tls {

// What a failed comparison prints.
void PrintTo(IdentityProblem problem, std::ostream* out) { *out << describe(problem); }

namespace {

using test::certificate_pem;
using test::identity;

IdentityProblem problem_of(const std::string& chain, const std::string& key,
                           Role role = Role::Server) {
  return check_identity(certificate_pem(chain), certificate_pem(key), role);
}

TEST(Identity, IsACertificateTheChainAboveItAndItsKey) {
  EXPECT_EQ(problem_of("gateway-chain.pem", "gateway.key"), IdentityProblem::None);
  EXPECT_EQ(problem_of("gateway.pem", "gateway.key"), IdentityProblem::None);
}

TEST(Identity, HasAnRsaKeyOrOneOnP256OrP384) {
  for (const char* name : {"gateway", "gateway-rsa", "p384", "rsa4096"}) {
    const Identity it = identity(name);
    EXPECT_EQ(check_identity(it.chain, it.key, Role::Server), IdentityProblem::None) << name;
  }
  EXPECT_EQ(problem_of("rsa1024.pem", "rsa1024.key"), IdentityProblem::CertificateKind);
  EXPECT_EQ(problem_of("p521.pem", "p521.key"), IdentityProblem::CertificateKind);
  EXPECT_EQ(problem_of("ed25519.pem", "ed25519.key"), IdentityProblem::CertificateKind);
}

TEST(Identity, HasItsKeyInAnyForm) {
  EXPECT_EQ(problem_of("gateway.pem", "traditional-ec.key"), IdentityProblem::None);
  EXPECT_EQ(problem_of("gateway-rsa.pem", "traditional-rsa.key"), IdentityProblem::None);
  EXPECT_EQ(problem_of("both.pem", "both.pem"), IdentityProblem::None);
}

TEST(Identity, OfAServerIsNotOneOfAClient) {
  EXPECT_EQ(problem_of("client-chain.pem", "client.key", Role::Client), IdentityProblem::None);
  EXPECT_EQ(problem_of("client-chain.pem", "client.key", Role::Server),
            IdentityProblem::WrongUsage);
  EXPECT_EQ(problem_of("gateway-chain.pem", "gateway.key", Role::Client),
            IdentityProblem::WrongUsage);
}

TEST(Identity, WithoutACertificateIsNone) {
  EXPECT_EQ(problem_of("gateway.key", "gateway.key"), IdentityProblem::NoCertificate);
  EXPECT_EQ(problem_of("gateway.der", "gateway.key"), IdentityProblem::NoCertificate);
  EXPECT_EQ(problem_of("torn-chain.pem", "gateway.key"), IdentityProblem::BrokenCertificate);
}

TEST(Identity, WithoutItsKeyIsNone) {
  EXPECT_EQ(problem_of("gateway-chain.pem", "gateway-new.key"), IdentityProblem::KeyDoesNotFit);
  EXPECT_EQ(problem_of("gateway-chain.pem", "gateway-rsa.key"), IdentityProblem::KeyDoesNotFit);
  EXPECT_EQ(problem_of("gateway-chain.pem", "gateway.pem"), IdentityProblem::NoKey);
  EXPECT_EQ(problem_of("gateway-chain.pem", "torn.key"), IdentityProblem::BrokenKey);
  EXPECT_EQ(problem_of("gateway-chain.pem", "encrypted.key"), IdentityProblem::EncryptedKey);
  EXPECT_EQ(problem_of("gateway-rsa-chain.pem", "encrypted-old.key"),
            IdentityProblem::EncryptedKey);
}

TEST(Identity, HasItsCertificatesInTheOrderOfTheirIssue) {
  EXPECT_EQ(problem_of("reversed-chain.pem", "gateway.key"), IdentityProblem::ChainOrder);
  EXPECT_EQ(problem_of("gap-chain.pem", "gateway.key"), IdentityProblem::ChainOrder);
}

TEST(Identity, FitsTheRecordItIsSentIn) {
  EXPECT_EQ(problem_of("many-names-chain.pem", "many-names.key"), IdentityProblem::ChainTooLong);
}

TEST(SharedName, IsOneThatTheSecondWouldNeverBeChosenFor) {
  std::array<char, 64> memory;
  EXPECT_EQ(shared_name(identity("gateway"), identity("gateway-new"), memory), "gateway.test");
  EXPECT_EQ(shared_name(identity("gateway"), identity("exact"), memory), "");
  EXPECT_EQ(shared_name(identity("gateway"), identity("gateway"), memory), "gateway.test");
}

TEST(SharedName, OfKeysOfTwoKindsIsNoMistake) {
  std::array<char, 64> memory;
  EXPECT_EQ(shared_name(identity("gateway"), identity("gateway-rsa"), memory), "");
}

}  // namespace
}  // namespace postern::tls
