#include "core/policy/certificate_binding.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "tests/support/introspected.hpp"

namespace postern::policy {
namespace {

using config::CertificateBinding;
using enum CertificateVerdict;

// RFC 8705 section 3.1 has the spelling; the bytes are those of no certificate.
const crypto::Thumbprint ours{};
const crypto::Thumbprint another{std::byte{1}};
const std::string bound_to_ours = R"("cnf": {"x5t#S256": ")" + std::string(43, 'A') + "\"}";

/// The verdict of a rule on a token with these claims, shown by who has this certificate.
CertificateVerdict judged(CertificateBinding rule, const std::string& claims,
                          const std::optional<crypto::Thumbprint>& certificate) {
  test::Introspected at("", R"(, "authorize": {"claims": [{"claim": "$.cnf['x5t#S256']",
                                "match": "none", "values": ["unused"]}]})");
  EXPECT_EQ(at.findings(), "");
  token::ProviderAnswer answer;
  answer.status = 200;
  answer.content_type = "application/json";
  const std::string body = R"({"active": true)" + (claims.empty() ? "" : ", " + claims) + "}";
  answer.body = body;
  const token::Verification verification =
      at.answered(answer, test::clock_with(ClockTrust::Synchronised));
  EXPECT_TRUE(verification.facts);
  const std::uint16_t slot = at.endpoint().authorize.claims[0].slot;
  return judge_certificate(rule, verification.facts->claim(slot), certificate);
}

TEST(CertificateBinding, ATokenThatIsBoundCountsWithItsCertificateOnly) {
  for (const auto rule : {CertificateBinding::Optional, CertificateBinding::Required}) {
    EXPECT_EQ(judged(rule, bound_to_ours, ours), Fits);
    EXPECT_EQ(judged(rule, bound_to_ours, another), Other);
    EXPECT_EQ(judged(rule, bound_to_ours, {}), Other);
  }
}

TEST(CertificateBinding, OneThatIsNotBoundCountsUnlessItMustBe) {
  for (const auto* claims : {"", R"("cnf": null)"}) {
    EXPECT_EQ(judged(CertificateBinding::Optional, claims, {}), Fits);
    EXPECT_EQ(judged(CertificateBinding::Optional, claims, ours), Fits);
    EXPECT_EQ(judged(CertificateBinding::Required, claims, {}), Unbound);
    EXPECT_EQ(judged(CertificateBinding::Required, claims, ours), Unbound);
  }
}

TEST(CertificateBinding, OffItIsNotLookedAt) {
  EXPECT_EQ(judged(CertificateBinding::Off, bound_to_ours, {}), Fits);
  EXPECT_EQ(judged(CertificateBinding::Off, bound_to_ours, another), Fits);
  EXPECT_EQ(judged(CertificateBinding::Off, "", {}), Fits);
}

}  // namespace
}  // namespace postern::policy
