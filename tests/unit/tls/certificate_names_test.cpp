#include "core/tls/certificate_names.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/tls/parsed_identity.hpp"
#include "tests/support/certificates.hpp"

namespace postern::tls {
namespace {

std::vector<std::string> names_of(const std::string& certificate) {
  const Identity it = test::identity(certificate);
  ParsedIdentity parsed;
  const auto role = certificate == "client" ? Role::Client : Role::Server;
  EXPECT_EQ(parsed.parse(it.chain, it.key, role), IdentityProblem::None);
  std::vector<std::string> names;
  CertificateNames all(*parsed.chain());
  for (auto name = all.next(); !name.empty(); name = all.next()) names.emplace_back(name);
  return names;
}

TEST(CertificateNames, AreTheDnsNamesAmongTheAlternatives) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(names_of("gateway"), (Names{"gateway.test", "www.gateway.test", "*.wild.test"}));
  EXPECT_EQ(names_of("address"), Names{"localhost"});
}

TEST(CertificateNames, AreTheCommonNameWhereThereAreNone) {
  EXPECT_EQ(names_of("named"), std::vector<std::string>{"named.test"});
}

TEST(MatchName, GoesWithoutCase) {
  EXPECT_EQ(match_name("gateway.test", "GateWay.Test"), NameMatch::Exact);
  EXPECT_EQ(match_name("*.Wild.test", "a.wILD.test"), NameMatch::Wildcard);
}

TEST(MatchName, AWildcardStandsForJustOneWholeLabel) {
  EXPECT_EQ(match_name("*.wild.test", "a.wild.test"), NameMatch::Wildcard);
  for (const char* name : {"wild.test", ".wild.test", "a.b.wild.test", "awild.test", "a.wild",
                           "a.wild.test.", "", "a"}) {
    EXPECT_EQ(match_name("*.wild.test", name), NameMatch::None) << name;
  }
  for (const char* pattern : {"a*.wild.test", "*a.wild.test", "a.*.test", "*", "*.", "."}) {
    EXPECT_EQ(match_name(pattern, "ab.wild.test"), NameMatch::None) << pattern;
  }
}

}  // namespace
}  // namespace postern::tls
