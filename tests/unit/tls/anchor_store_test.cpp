#include "core/tls/anchor_store.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "core/base/bytes.hpp"
#include "tests/support/certificates.hpp"

namespace postern::tls {
namespace {

using test::certificate_file;

// A store that begins with the root.
class Store {
 public:
  Store() : memory_(16 * 1024) {
    Arena arena(memory_);
    first = *read_anchors(certificate_file("root.pem"), BrokenAnchor::Refused, arena);
    it.start(first);
  }
  [[nodiscard]] bool trusts(std::string_view name) const {
    for (const TrustAnchor& anchor : it.current()) {
      if (as_text(anchor.subject).find(name) != std::string_view::npos) return true;
    }
    return false;
  }

  AnchorStore it;
  std::span<const TrustAnchor> first;

 private:
  std::vector<std::byte> memory_;
};

TEST(AnchorStore, ChangesWhenTheEngineLooks) {
  Store store;
  EXPECT_EQ(store.it.replace(certificate_file("issuing.pem")), std::nullopt);
  EXPECT_TRUE(store.trusts("test root"));
  EXPECT_EQ(store.it.generation(), 0U);
  store.it.take_new();
  EXPECT_TRUE(store.trusts("test issuing"));
  EXPECT_FALSE(store.trusts("test root"));
  EXPECT_EQ(store.it.generation(), 1U);
  store.it.take_new();
  EXPECT_EQ(store.it.generation(), 1U) << "nothing new";
}

TEST(AnchorStore, TakesTheLatestOnly) {
  Store store;
  for (const char* name : {"issuing.pem", "gateway.pem", "root.pem", "two-anchors.pem"}) {
    EXPECT_EQ(store.it.replace(certificate_file(name)), std::nullopt);
  }
  store.it.take_new();
  EXPECT_EQ(store.it.current().size(), 2U);
  EXPECT_EQ(store.it.generation(), 1U);
}

TEST(AnchorStore, KeepsTheOldOnesWhenTheNewOnesAreOfNoUse) {
  Store store;
  EXPECT_EQ(store.it.replace(certificate_file("half-torn-anchors.pem")), AnchorProblem::Broken);
  EXPECT_EQ(store.it.replace(""), AnchorProblem::NoCertificate);
  store.it.take_new();
  EXPECT_TRUE(store.trusts("test root"));
  EXPECT_EQ(store.it.generation(), 0U);
}

TEST(AnchorStore, KeepsWhatWaitsWhenTheNextIsOfNoUse) {
  Store store;
  EXPECT_EQ(store.it.replace(certificate_file("issuing.pem")), std::nullopt);
  EXPECT_EQ(store.it.replace(certificate_file("half-torn-anchors.pem")), AnchorProblem::Broken);
  store.it.take_new();
  EXPECT_TRUE(store.trusts("test issuing"));
}

TEST(AnchorStore, NeedsNoMoreOfTheLibrarysMemoryThanPlanned) {
  Store store;
  const test::LibraryPeak peak;
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(store.it.replace(certificate_file("root.pem")), std::nullopt);
    store.it.take_new();
  }
  EXPECT_LE(peak.bytes(), AnchorStore::library_bytes(store.first));
}

TEST(AnchorStore, CanBeReplacedFromAnotherThread) {
  Store store;
  std::atomic<bool> done = false;
  std::thread other([&] {
    for (int i = 0; i < 200; ++i) {
      EXPECT_EQ(store.it.replace(certificate_file(i % 2 == 0 ? "issuing.pem" : "root.pem")),
                std::nullopt);
    }
    done = true;
  });
  while (!done) {
    store.it.take_new();
    ASSERT_EQ(store.it.current().size(), 1U);
    ASSERT_TRUE(store.trusts("Postern test"));
  }
  other.join();
}

}  // namespace
}  // namespace postern::tls
