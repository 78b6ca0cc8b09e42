#include "core/token/published.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace postern::token {
namespace {

using State = Published::State;
using Permit = Published::Permit;

constexpr Duration cooldown = seconds(30);
constexpr Duration refresh = seconds(600);
constexpr Duration offline = seconds(3600);
constexpr auto keys_of = Document::KeySet;

/// An Ed25519 key is a name for 32 bytes here: nothing is verified.
crypto::VerificationKey key(const std::string& kid, char body = 'k') {
  // The base point and its multiples are the points that are known to be fit: y = 4/5.
  static constexpr unsigned char base_point[32] = {0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
                                                   0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
                                                   0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
                                                   0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66};
  std::array<std::byte, 32> point;
  std::copy_n(reinterpret_cast<const std::byte*>(base_point), 32, point.begin());
  if (body == 'n') point[31] = std::byte{0xE6};  // the same with x negated
  crypto::VerificationKey made;
  made.key = *crypto::PublicKey::ed25519(point);
  made.algorithms.add(crypto::SignatureAlgorithm::EdDSA);
  made.has_name = !kid.empty();
  if (made.has_name) made.name = crypto::key_name(kid);
  return made;
}

class PublishedTest : public testing::Test {
 protected:
  static constexpr std::size_t keys_max = 4;

  static config::Provider provider() {
    config::Provider provider;
    provider.keys.refresh = refresh;
    provider.keys.cooldown = cooldown;
    provider.keys.offline = offline;
    return provider;
  }

  void later(Duration by) { now_ = now_ + by; }
  State state(Document document = keys_of) { return published_.state(document, now_); }
  Permit::Kind begin() { return published_.begin_fetch(keys_of, now_).kind; }
  bool publish(const std::vector<crypto::VerificationKey>& keys,
               std::optional<std::uint32_t> fresh_s = {}) {
    return published_.publish_keys(keys, now_, fresh_s);
  }
  std::size_t found(const char* kid) {
    KeyCandidates candidates;
    if (kid == nullptr) {
      published_.find_keys(nullptr, crypto::SignatureAlgorithm::EdDSA, now_, candidates);
    } else {
      const crypto::KeyName name = crypto::key_name(kid);
      published_.find_keys(&name, crypto::SignatureAlgorithm::EdDSA, now_, candidates);
    }
    return candidates.count;
  }
  void ask_for(const char* kid) { published_.note_asked_for(crypto::key_name(kid), now_); }
  bool asked_for(const char* kid) { return published_.was_asked_for(crypto::key_name(kid), now_); }

  config::Provider provider_ = provider();
  std::array<crypto::VerificationKey, keys_max> memory_;
  Published published_{provider_, memory_};
  MonotonicTime now_{5'000'000};
};

TEST_F(PublishedTest, IsAbsentFreshStaleAndAbsentAgain) {
  EXPECT_EQ(state(), State::Absent);
  EXPECT_EQ(begin(), Permit::Kind::Granted);
  EXPECT_EQ(state(), State::Absent) << "nothing has come yet";
  publish({key("a")});
  struct {
    Duration age;
    State state;
    std::size_t keys;
  } const ages[] = {
      {seconds(0), State::Fresh, 1}, {microseconds(refresh.us - 1), State::Fresh, 1},
      {refresh, State::Stale, 1},    {microseconds(offline.us - 1), State::Stale, 1},
      {offline, State::Absent, 0},
  };
  const MonotonicTime published_at = now_;
  for (const auto& it : ages) {
    now_ = published_at + it.age;
    EXPECT_EQ(state(), it.state) << it.age.us;
    EXPECT_EQ(found("a"), it.keys) << it.age.us;
  }
  EXPECT_EQ(begin(), Permit::Kind::Granted);
  publish({key("a")});
  EXPECT_EQ(state(), State::Fresh) << "back again";
}

TEST_F(PublishedTest, TheProviderMayShortenTheFreshTimeDownToTheCooldown) {
  struct {
    std::optional<std::uint32_t> says;
    Duration fresh;
  } const cases[] = {
      {std::nullopt, refresh}, {0, cooldown},  {1, cooldown},  {30, cooldown},
      {31, seconds(31)},       {600, refresh}, {601, refresh}, {UINT32_MAX, refresh},
  };
  for (const auto& it : cases) {
    publish({key("a")}, it.says);
    const MonotonicTime published_at = now_;
    now_ = published_at + microseconds(it.fresh.us - 1);
    EXPECT_EQ(state(), State::Fresh) << it.fresh.us;
    now_ = published_at + it.fresh;
    EXPECT_EQ(state(), State::Stale) << it.fresh.us;
  }
}

TEST_F(PublishedTest, FreshKeysServeEvenWithNoTimeOffline) {
  provider_.keys.offline = {};
  publish({key("a")});
  later(microseconds(refresh.us - 1));
  EXPECT_EQ(found("a"), 1U);
  later(microseconds(1));
  EXPECT_EQ(state(), State::Absent);
  EXPECT_EQ(found("a"), 0U);
}

TEST_F(PublishedTest, OneFetchesAndTheOthersWaitForIt) {
  EXPECT_EQ(begin(), Permit::Kind::Granted);
  const Permit second = published_.begin_fetch(keys_of, now_);
  EXPECT_EQ(second.kind, Permit::Kind::Running);
  EXPECT_GT(second.when, now_);
  EXPECT_TRUE(published_.may_fetch(keys_of, now_)) << "to wait for the other is worth it";
  EXPECT_EQ(published_.begin_fetch(Document::Metadata, now_).kind, Permit::Kind::Granted)
      << "the documents are fetched independently";
}

TEST_F(PublishedTest, WhoNeverEndsItsFetchLosesItAfterAWhile) {
  const Permit lost = [&] {
    EXPECT_EQ(begin(), Permit::Kind::Granted);
    return published_.begin_fetch(keys_of, now_);
  }();
  now_ = MonotonicTime{lost.when.us - 1};
  EXPECT_EQ(begin(), Permit::Kind::Running);
  now_ = lost.when;
  EXPECT_EQ(begin(), Permit::Kind::Granted);
}

/// What ends an attempt, and when the next may be made.
TEST_F(PublishedTest, TheNextAttemptIsMadeAfterTheCooldown) {
  struct {
    const char* what;
    void (*ends)(Published&, MonotonicTime);
    Duration wait;
  } const cases[] = {
      {"keys",
       [](Published& it, MonotonicTime now) {
         const crypto::VerificationKey keys[] = {key("a")};
         it.publish_keys(keys, now, {});
       },
       cooldown},
      {"a bad answer",
       [](Published& it, MonotonicTime now) { it.fetch_failed(keys_of, now, true); }, cooldown},
      {"nobody there",
       [](Published& it, MonotonicTime now) { it.fetch_failed(keys_of, now, false); },
       Published::retry_unreachable},
  };
  for (const auto& it : cases) {
    ASSERT_EQ(begin(), Permit::Kind::Granted) << it.what;
    later(seconds(2));  // it takes its time; what counts is its end
    it.ends(published_, now_);
    EXPECT_EQ(published_.time_to_fetch(keys_of, now_), it.wait) << it.what;
    later(microseconds(it.wait.us - 1));
    EXPECT_EQ(begin(), Permit::Kind::Later) << it.what;
    EXPECT_FALSE(published_.may_fetch(keys_of, now_)) << it.what;
    later(microseconds(1));
    EXPECT_TRUE(published_.may_fetch(keys_of, now_)) << it.what;
    EXPECT_EQ(published_.time_to_fetch(keys_of, now_), Duration{}) << it.what;
  }
}

TEST_F(PublishedTest, ACooldownBelowTheRetryHoldsForBoth) {
  provider_.keys.cooldown = milliseconds(100);
  ASSERT_EQ(begin(), Permit::Kind::Granted);
  published_.fetch_failed(keys_of, now_, /*reached=*/false);
  EXPECT_EQ(published_.time_to_fetch(keys_of, now_), milliseconds(100));
}

TEST_F(PublishedTest, AFailedFetchTakesNothingAway) {
  publish({key("a")});
  for (const bool reached : {true, false}) {
    later(cooldown);
    ASSERT_EQ(begin(), Permit::Kind::Granted);
    published_.fetch_failed(keys_of, now_, reached);
    EXPECT_EQ(state(), State::Fresh);
    EXPECT_EQ(found("a"), 1U);
  }
}

TEST_F(PublishedTest, AFailedFetchDoesNotMakeOldKeysYounger) {
  publish({key("a")});
  later(microseconds(offline.us - 1));
  ASSERT_EQ(begin(), Permit::Kind::Granted);
  published_.fetch_failed(keys_of, now_, true);
  later(microseconds(1));
  EXPECT_EQ(state(), State::Absent);
  EXPECT_EQ(found("a"), 0U);
}

TEST_F(PublishedTest, SaysWhenAKeyThatServedIsGone) {
  struct {
    const char* what;
    std::vector<crypto::VerificationKey> keys;
    bool gone;
  } const story[] = {
      {"the first keys", {key("a"), key("b")}, false},
      {"the same", {key("a"), key("b")}, false},
      {"in another order", {key("b"), key("a")}, false},
      {"one more", {key("c"), key("b"), key("a")}, false},
      {"one less", {key("c"), key("a")}, true},
      {"another key under the same name", {key("c"), key("a", 'n')}, true},
      {"another name for the same key", {key("d"), key("a", 'n')}, true},
  };
  for (const auto& it : story) EXPECT_EQ(publish(it.keys), it.gone) << it.what;
  EXPECT_EQ(found("a"), 1U);
  EXPECT_EQ(found("b"), 0U) << "what is gone does not serve";
}

TEST_F(PublishedTest, KeepsNoMoreKeysThanThereIsRoomFor) {
  publish({key("a"), key("b"), key("c"), key("d"), key("e")});
  EXPECT_EQ(found("d"), 1U);
  EXPECT_EQ(found("e"), 0U);
}

TEST_F(PublishedTest, FindsKeysByNameOrAllThatFit) {
  publish({key("a"), key(""), key("b")});
  EXPECT_EQ(found("a"), 1U);
  EXPECT_EQ(found("z"), 0U);
  EXPECT_EQ(found(nullptr), 3U);
  KeyCandidates candidates;
  published_.find_keys(nullptr, crypto::SignatureAlgorithm::RS256, now_, candidates);
  EXPECT_EQ(candidates.count, 0U) << "of another type";
}

TEST_F(PublishedTest, MoreCandidatesThanAreTriedAreTooMany) {
  const std::vector<crypto::VerificationKey> keys(KeyCandidates::count_max + 1, key("a"));
  KeyCandidates candidates;
  select_keys(std::span(keys).first(KeyCandidates::count_max), nullptr,
              crypto::SignatureAlgorithm::EdDSA, candidates);
  EXPECT_FALSE(candidates.too_many);
  select_keys(std::span(keys).first(1), nullptr, crypto::SignatureAlgorithm::EdDSA, candidates);
  EXPECT_TRUE(candidates.too_many);
}

TEST_F(PublishedTest, ANameThatWasAskedForCausesNoOtherFetchForSomeCooldowns) {
  EXPECT_FALSE(asked_for("a"));
  ask_for("a");
  EXPECT_TRUE(asked_for("a"));
  EXPECT_FALSE(asked_for("b"));
  later(microseconds(2 * cooldown.us - 1));
  EXPECT_TRUE(asked_for("a"));
  later(microseconds(1));
  EXPECT_FALSE(asked_for("a"));
}

TEST_F(PublishedTest, AFailedFetchHasNotSaidThatAKeyDoesNotExist) {
  ask_for("a");
  published_.fetch_failed(Document::Metadata, now_, true);
  EXPECT_TRUE(asked_for("a")) << "metadata is none of its business";
  published_.fetch_failed(keys_of, now_, true);
  EXPECT_FALSE(asked_for("a"));
}

TEST_F(PublishedTest, ManyNamesPushOutTheOldestOnly) {
  ask_for("first");
  for (int i = 1; i < 16; ++i) ask_for(std::to_string(i).c_str());
  EXPECT_TRUE(asked_for("first"));
  ask_for("one more");
  EXPECT_FALSE(asked_for("first"));
  EXPECT_TRUE(asked_for("1"));
}

std::string address(const Published& published, Service service) {
  std::array<char, discovered_address_bytes_max> text;
  return std::string(published.address(service, text));
}

TEST_F(PublishedTest, MetadataGivesAddressesAndServesUntilItSaysOtherwise) {
  EXPECT_EQ(published_.address_version(), 0U);
  EXPECT_EQ(address(published_, Service::KeySet), "");
  published_.publish_addresses({"http://p/i", "http://p/k", ""}, now_);
  EXPECT_EQ(published_.address_version(), 1U);
  EXPECT_EQ(address(published_, Service::Introspection), "http://p/i");
  EXPECT_EQ(address(published_, Service::KeySet), "http://p/k");
  EXPECT_EQ(address(published_, Service::UserInfo), "");
  EXPECT_EQ(state(Document::Metadata), State::Fresh);
  later(Published::metadata_refresh);
  EXPECT_EQ(state(Document::Metadata), State::Stale);
  later(seconds(1'000'000'000));
  EXPECT_EQ(state(Document::Metadata), State::Stale);
  EXPECT_EQ(address(published_, Service::KeySet), "http://p/k");
}

TEST_F(PublishedTest, AnAddressThatIsTooLongIsAbsent) {
  const std::string longest(discovered_address_bytes_max, 'a');
  published_.publish_addresses({longest, longest + "a", ""}, now_);
  EXPECT_EQ(address(published_, Service::Introspection), longest);
  EXPECT_EQ(address(published_, Service::KeySet), "");
}

}  // namespace
}  // namespace postern::token
