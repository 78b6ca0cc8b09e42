#include "core/tls/certificate_summary.hpp"

#include <gtest/gtest.h>

#include <array>

#include "tests/support/certificates.hpp"

namespace postern::tls {
namespace {

constexpr std::int64_t day_s = 86'400;

TEST(CertificateSummary, IsOfTheFirstInTheChain) {
  std::array<char, 64> memory;
  const auto summary = summary_of(test::certificate_pem("gateway-chain.pem"), memory);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->subject, "CN=gateway");
  // As make_certificates.py has asked for: from yesterday, for ten years.
  const std::int64_t life_s = summary->not_after.s - summary->not_before.s;
  EXPECT_NEAR(static_cast<double>(life_s), static_cast<double>(3651 * day_s), 2.0);
}

TEST(CertificateSummary, CutsANameThatIsTooLong) {
  for (std::size_t size = 1; size < 32; ++size) {
    std::array<char, 32> memory;
    const auto summary =
        summary_of(test::certificate_pem("issuing.pem"), std::span(memory).first(size));
    ASSERT_TRUE(summary);
    EXPECT_LT(summary->subject.size(), size);
    EXPECT_TRUE(std::string_view("CN=Postern test issuing").starts_with(summary->subject)) << size;
  }
}

TEST(CertificateSummary, IsNothingWithoutACertificate) {
  std::array<char, 32> memory;
  EXPECT_FALSE(summary_of(test::certificate_pem("gateway.key"), memory));
  EXPECT_FALSE(summary_of(test::certificate_pem("torn-chain.pem"), memory));
}

}  // namespace
}  // namespace postern::tls
