// Which identity a client gets, and what happens to those who hold one that is replaced.
#include "core/tls/certificate_store.hpp"

#include <gtest/gtest.h>
#include <mbedtls/oid.h>

#include <atomic>
#include <initializer_list>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/tls/certificate_names.hpp"
#include "tests/support/certificates.hpp"

namespace postern::tls {
namespace {

using test::certificate_pem;
using test::identity;
using Lease = CertificateStore::Lease;

// The common name: make_certificates.py gives each certificate its own.
std::string name_of(const mbedtls_x509_crt& certificate) {
  for (const mbedtls_x509_name* it = &certificate.subject; it != nullptr; it = it->next) {
    if (MBEDTLS_OID_CMP(MBEDTLS_OID_AT_CN, &it->oid) == 0) {
      return {reinterpret_cast<const char*>(it->val.p), it->val.len};
    }
  }
  return {};
}

std::string names_of(const Lease& lease) {
  std::string names;
  for (std::size_t i = 0; i < lease.size(); ++i) {
    if (!names.empty()) names += " ";
    names += name_of(*lease.certificate(i));
  }
  return names;
}

class Store {
 public:
  Store(std::initializer_list<const char*> names) {
    for (const char* name : names) identities.push_back(identity(name));
    memory_.resize(CertificateStore::bytes(identities.size()));
    Arena arena(memory_);
    store_ = CertificateStore::create(arena, identities, Role::Server);
    EXPECT_NE(store_, nullptr);
  }
  ~Store() { store_->destroy(); }
  CertificateStore* operator->() { return store_; }

  std::string chosen(std::string_view name) { return names_of(store_->choose(name)); }
  IdentityProblem replace(std::size_t index, const std::string& by) {
    const Identity other = identity(by);
    return store_->replace(identities[index], other.chain, other.key);
  }

  std::vector<Identity> identities;

 private:
  std::vector<std::byte> memory_;
  CertificateStore* store_ = nullptr;
};

TEST(CertificateStore, ChoosesTheIdentityThatIsForTheName) {
  Store store{"address", "gateway", "named"};
  EXPECT_EQ(store.chosen("gateway.test"), "gateway");
  EXPECT_EQ(store.chosen("WWW.gateway.test"), "gateway");
  EXPECT_EQ(store.chosen("named.test"), "named.test");
}

TEST(CertificateStore, ChoosesAnExactNameBeforeAWildcard) {
  Store store{"address", "gateway", "exact"};
  EXPECT_EQ(store.chosen("exact.wild.test"), "exact");
  EXPECT_EQ(store.chosen("other.wild.test"), "gateway");
}

TEST(CertificateStore, ChoosesTheFirstForUnknownNamesAndForNone) {
  Store store{"address", "gateway"};
  EXPECT_EQ(store.chosen("unknown.test"), "address");
  EXPECT_EQ(store.chosen(""), "address");
}

TEST(CertificateStore, ChoosesTheOneThatWasConfiguredFirstOfTwoThatFitAlike) {
  Store store{"gateway-new", "gateway"};
  EXPECT_EQ(store.chosen("gateway.test"), "gateway-new");
  EXPECT_EQ(store.chosen("www.gateway.test"), "gateway");
}

TEST(CertificateStore, LeavesTheChoiceBetweenKindsOfKeysToTheHandshake) {
  Store store{"gateway-rsa", "gateway"};
  EXPECT_EQ(store.chosen("gateway.test"), "gateway gateway-rsa");
  EXPECT_EQ(store.chosen(""), "gateway gateway-rsa");
  EXPECT_EQ(store.chosen("www.gateway.test"), "gateway");
  EXPECT_EQ((Store{"gateway", "gateway-rsa"}).chosen("unknown.test"), "gateway gateway-rsa");
  EXPECT_EQ((Store{"gateway-rsa", "exact"}).chosen("unknown.test"), "gateway-rsa");
}

TEST(CertificateStore, HasTheKeyAndTheChainOfWhatItChose) {
  Store store{"gateway", "gateway-rsa"};
  const Lease lease = store->choose("gateway.test");
  ASSERT_EQ(lease.size(), 2U);
  EXPECT_EQ(mbedtls_pk_get_type(lease.key(0)), MBEDTLS_PK_ECKEY);
  EXPECT_EQ(mbedtls_pk_get_type(lease.key(1)), MBEDTLS_PK_RSA);
  ASSERT_NE(lease.certificate()->next, nullptr);
  EXPECT_EQ(name_of(*lease.certificate()->next), "Postern test issuing");
}

TEST(CertificateStore, GivesTheNewOneToWhoComesAfterItsReplacement) {
  Store store{"gateway"};
  const Lease before = store->choose("gateway.test");
  EXPECT_EQ(store.replace(0, "gateway-new"), IdentityProblem::None);
  EXPECT_EQ(store.chosen("gateway.test"), "gateway-new");
  EXPECT_EQ(names_of(before), "gateway");
}

TEST(CertificateStore, MayBeGivenOtherNames) {
  Store store{"address", "gateway"};
  EXPECT_EQ(store.replace(1, "named"), IdentityProblem::None);
  EXPECT_EQ(store.chosen("gateway.test"), "address");
  EXPECT_EQ(store.chosen("named.test"), "named.test");
}

TEST(CertificateStore, KeepsTheOldOneWhenTheNewOneIsOfNoUse) {
  Store store{"gateway"};
  EXPECT_EQ(store->replace(store.identities[0], certificate_pem("gateway-new-chain.pem"),
                           certificate_pem("gateway.key")),
            IdentityProblem::KeyDoesNotFit);
  EXPECT_EQ(store->replace(store.identities[0], {}, {}), IdentityProblem::NoCertificate);
  EXPECT_EQ(store.chosen("gateway.test"), "gateway");
}

TEST(CertificateStore, WaitsForHandshakesThatHoldTwoOlderOnes) {
  Store store{"gateway"};
  Lease first = store->choose("");
  EXPECT_EQ(store.replace(0, "gateway-new"), IdentityProblem::None);
  Lease second = store->choose("");
  EXPECT_EQ(store.replace(0, "gateway"), IdentityProblem::None);
  EXPECT_EQ(store.replace(0, "gateway-new"), IdentityProblem::NoMemory);
  EXPECT_EQ(store.chosen(""), "gateway");
  first.release();
  EXPECT_EQ(store.replace(0, "gateway-new"), IdentityProblem::None);
  EXPECT_EQ(store.chosen(""), "gateway-new");
  EXPECT_EQ(names_of(second), "gateway-new");
}

TEST(CertificateStore, TakesALeaseBackOnce) {
  Store store{"gateway"};
  for (int i = 0; i < 10; ++i) {
    Lease lease = store->choose("");
    Lease moved = std::move(lease);
    EXPECT_EQ(moved.size(), 1U);
    moved = store->choose("");
    moved.release();
    EXPECT_EQ(moved.size(), 0U);
    EXPECT_EQ(store.replace(0, i % 2 == 0 ? "gateway-new" : "gateway"), IdentityProblem::None);
  }
}

TEST(CertificateStore, NeedsNoMoreOfTheLibrarysMemoryThanPlanned) {
  for (const char* name : {"gateway", "gateway-rsa", "rsa4096", "address", "p384"}) {
    const test::LibraryPeak peak;
    Store store{name};
    const Lease lease = store->choose("");
    EXPECT_EQ(store.replace(0, name), IdentityProblem::None);
    EXPECT_LE(peak.bytes(), CertificateStore::library_bytes(store.identities)) << name;
  }
}

TEST(CertificateStore, CanBeReplacedFromAnotherThread) {
  Store store{"address", "gateway", "gateway-rsa"};
  std::atomic<bool> done = false;
  std::thread other([&] {
    for (int i = 0; i < 50; ++i) {
      EXPECT_EQ(store.replace(1, i % 2 == 0 ? "gateway-new" : "gateway"), IdentityProblem::None);
    }
    done = true;
  });
  std::size_t count = 0;
  while (!done || count < 1000) {
    const Lease lease = store->choose("gateway.test");
    ASSERT_EQ(lease.size(), 2U);
    ASSERT_EQ(mbedtls_pk_get_type(lease.key(0)), MBEDTLS_PK_ECKEY);
    ASSERT_EQ(CertificateNames(*lease.certificate()).next(), "gateway.test");
    ++count;
  }
  other.join();
}

}  // namespace
}  // namespace postern::tls
