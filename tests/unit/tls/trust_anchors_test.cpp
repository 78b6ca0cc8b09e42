#include "core/tls/trust_anchors.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "tests/support/certificates.hpp"

namespace postern::tls {
namespace {

using test::certificate_file;

class Anchors {
 public:
  explicit Anchors(std::string_view pem, BrokenAnchor broken = BrokenAnchor::Refused,
                   std::size_t arena_bytes = 16 * 1024)
      : memory_(arena_bytes) {
    Arena arena(memory_);
    const auto read = read_anchors(pem, broken, arena);
    if (read) {
      all = *read;
    } else {
      problem = read.error();
    }
  }

  std::span<const TrustAnchor> all;
  std::optional<AnchorProblem> problem;

 private:
  std::vector<std::byte> memory_;
};

bool names(const TrustAnchor& anchor, std::string_view common_name) {
  return as_text(anchor.subject).find(common_name) != std::string_view::npos;
}

TEST(TrustAnchors, AreTheCertificatesOfAFileWhateverStandsAroundThem) {
  const Anchors it(certificate_file("two-anchors.pem"));
  ASSERT_EQ(it.all.size(), 2U);
  EXPECT_TRUE(names(it.all[0], "Postern test root"));
  EXPECT_TRUE(names(it.all[1], "Postern test issuing"));
}

TEST(TrustAnchors, AreKeptInDer) {
  const Anchors it(certificate_file("gateway.pem"));
  ASSERT_EQ(it.all.size(), 1U);
  EXPECT_EQ(as_text(it.all[0].der), certificate_file("gateway.der"));
  // The name lies within.
  EXPECT_GE(it.all[0].subject.data(), it.all[0].der.data());
  EXPECT_LT(it.all[0].subject.data(), it.all[0].der.data() + it.all[0].der.size());
}

TEST(TrustAnchors, AreNotInEveryFile) {
  EXPECT_EQ(Anchors("").problem, AnchorProblem::NoCertificate);
  EXPECT_EQ(Anchors(certificate_file("gateway.key")).problem, AnchorProblem::NoCertificate);
  EXPECT_EQ(Anchors(certificate_file("gateway.der")).problem, AnchorProblem::NoCertificate);
}

TEST(TrustAnchors, ThatCannotBeReadAreRefusedOrSkipped) {
  const std::string& text = certificate_file("half-torn-anchors.pem");
  EXPECT_EQ(Anchors(text).problem, AnchorProblem::Broken);
  const Anchors skipped(text, BrokenAnchor::Skipped);
  ASSERT_EQ(skipped.all.size(), 1U);
  EXPECT_TRUE(names(skipped.all[0], "Postern test root"));
  EXPECT_EQ(Anchors(certificate_file("torn-chain.pem"), BrokenAnchor::Skipped).problem,
            AnchorProblem::Broken);
}

TEST(TrustAnchors, CutAnywhereAreRefused) {
  const std::string& text = certificate_file("root.pem");
  for (std::size_t size = 0; size + 1 < text.find("-----END"); ++size) {
    EXPECT_TRUE(Anchors(text.substr(0, size)).problem) << size;
  }
}

TEST(TrustAnchors, SayWhenTheyDoNotFit) {
  for (std::size_t bytes = 0; bytes < 400; bytes += 8) {
    EXPECT_EQ(Anchors(certificate_file("root.pem"), BrokenAnchor::Skipped, bytes).problem,
              AnchorProblem::NoMemory)
        << bytes;
  }
}

}  // namespace
}  // namespace postern::tls
