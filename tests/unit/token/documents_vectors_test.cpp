// What a provider may answer when it is asked for its keys: the status, the type and the body
// decide whether they replace those that served so far.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/token/documents.hpp"
#include "tests/support/jwt_verified.hpp"

namespace postern::token {
namespace {

using test::VectorFile;

/// RFC 8037 appendix A.2, as the key that served before.
const std::string old_set = R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"old",)"
                            R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})";

/// A provider whose keys are fetched, and what answers make of them.
class KeysFetched {
 public:
  KeysFetched()
      : jwt_(R"(, "jwks": {"url": "http://id.test/jwks"})"),
        keys_(jwt_.config().limits.keys),
        scratch_(jwt_.config().limits.keys),
        provider_memory_(16 * 1024),
        published_(jwt_.config().providers[0], keys_) {
    EXPECT_FALSE(take(200, "application/json", old_set).problem);
  }

  DocumentOutcome take(std::uint16_t status, std::string_view content_type, std::string_view body) {
    ProviderAnswer answer;
    answer.status = status;
    answer.content_type = content_type;
    answer.body = body;
    Arena provider_arena(provider_memory_);
    Provider provider(jwt_.config().providers[0], 0, published_, provider_arena);
    std::vector<std::byte> memory(
        json::parse_arena_bytes({.text_bytes_max = jwt_.config().limits.provider_answer_bytes,
                                 .depth_max = document_depth_max,
                                 .values_max = document_values_max}));
    Arena arena(memory);
    if (body.size() > jwt_.config().limits.provider_answer_bytes) {
      return {.problem = ProviderError::AnswerTooLarge};  // as its reader says
    }
    return take_document(provider, Document::KeySet, answer, now, scratch_, arena);
  }

  /// The algorithms of the keys that serve under this name.
  [[nodiscard]] std::set<std::string> verified_by(std::string_view kid) const {
    std::set<std::string> names;
    const crypto::KeyName name = crypto::key_name(kid);
    for (std::size_t i = 0; i < crypto::signature_algorithm_count; ++i) {
      KeyCandidates candidates;
      published_.find_keys(kid.empty() ? nullptr : &name,
                           static_cast<crypto::SignatureAlgorithm>(i), now, candidates);
      if (candidates.count > 0) names.emplace(crypto::signature_algorithm_names[i]);
    }
    return names;
  }

 private:
  static constexpr MonotonicTime now{1'000'000};

  test::JwtVerified jwt_;
  std::vector<crypto::VerificationKey> keys_;
  std::vector<crypto::VerificationKey> scratch_;
  std::vector<std::byte> provider_memory_;
  Published published_;
};

TEST(KeySetAnswers, OnlyA200IsOne) {
  const std::string other_set = config::test::replaced(old_set, "old", "new");
  for (const std::uint16_t status : std::initializer_list<std::uint16_t>{
           201, 202, 203, 204, 206, 226, 299, 304, 307, 400, 404, 410, 500, 599}) {
    KeysFetched at;
    EXPECT_TRUE(at.take(status, "application/json", other_set).problem) << status;
    EXPECT_FALSE(at.verified_by("old").empty()) << status;
  }
  KeysFetched at;
  EXPECT_FALSE(at.take(200, "application/json", other_set).problem);
  EXPECT_TRUE(at.verified_by("old").empty());
}

/// Where the vectors leave a choice, and what is chosen.
const std::set<std::string, std::less<>> no_keys_by_policy{
    "jwks/bom",                      // RFC 8259 section 8.1
    "jwks/ctype-html",               // as for introspection
    "jwks/duplicate-kid-same-type",  // neither of them is believed
    "jwks/duplicate-member",         // readers differ in which one they believe
};

TEST(KeySetAnswers, ReplaceTheKeysOrLeaveThemAsTheyWere) {
  const auto file = VectorFile::open("provider-answers", "cases.json");
  if (file == nullptr) GTEST_SKIP() << "no provider-answers in ../shared/vectors";
  ASSERT_TRUE(file->ok());
  int count = 0;
  for (const json::Value example : file->root().member("cases")) {
    if (example.member("endpoint").text() != "jwks") continue;
    ++count;
    const std::string name(example.member("name").text());
    KeysFetched at;
    const auto outcome = at.take(static_cast<std::uint16_t>(*example.member("status").integer()),
                                 test::content_type_of(example), test::body_of(example));
    const bool taken =
        example.member("expect").text() != "no_keys" && !no_keys_by_policy.contains(name);
    EXPECT_EQ(!outcome.problem, taken) << name;
    EXPECT_EQ(outcome.keys_gone, taken) << name;
    EXPECT_EQ(at.verified_by("old").empty(), taken) << name;
    EXPECT_EQ(at.verified_by("bad"), std::set<std::string>()) << name;
    if (!taken) continue;
    for (const json::Value key : example.member("usable")) {
      const auto algorithms = at.verified_by(key.name());
      for (const json::Value algorithm : key) {
        EXPECT_TRUE(algorithms.contains(std::string(algorithm.text()))) << name;
      }
    }
  }
  EXPECT_EQ(count, 97);
}

}  // namespace
}  // namespace postern::token
