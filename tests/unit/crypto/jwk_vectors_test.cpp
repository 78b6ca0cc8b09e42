// Key sets as providers publish them, good and hostile: which keys are usable, and for what.

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/crypto/jwk.hpp"
#include "tests/support/signature_memory.hpp"
#include "tests/support/vectors.hpp"

namespace postern::crypto {
namespace {

using test::VectorFile;

/// As the gateway reads a key set: bounded, with unique members.
constexpr json::ParseLimits limits{.text_bytes_max = 64 * 1024, .depth_max = 16};
constexpr std::size_t keys_max = 16;

std::set<std::string> names_of(SignatureAlgorithms algorithms) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < signature_algorithm_count; ++i) {
    if (algorithms.contains(static_cast<SignatureAlgorithm>(i))) {
      names.emplace(signature_algorithm_names[i]);
    }
  }
  return names;
}

/// Algorithms by `kid`; keys without a `kid` are under "", as in the vectors.
using Usable = std::map<std::string, std::set<std::string>>;

/// The `kid` of a prepared key, which knows it as a digest only, if it is one of `expected`.
std::string kid_of(const VerificationKey& key, const Usable& expected) {
  if (!key.has_name) return "";
  for (const auto& [kid, algorithms] : expected) {
    if (key_name(kid) == key.name) return kid;
  }
  return "another one";
}

Usable usable(const std::string& body, const Usable& expected) {
  std::array<VerificationKey, keys_max> keys;
  const json::Parsed document(body, limits);
  const std::size_t count = document.ok() ? read_key_set(document.root(), keys) : 0;
  Usable result;
  for (std::size_t i = 0; i < count; ++i) {
    result[kid_of(keys[i], expected)].merge(names_of(keys[i].algorithms));
  }
  return result;
}

Usable stated(json::Value example) {
  Usable result;
  for (const json::Value key : example.member("usable")) {
    for (const json::Value algorithm : key) {
      result[std::string(key.name())].emplace(algorithm.text());
    }
  }
  return result;
}

/// A key without `alg` verifies all that its type can; the vectors name one of them.
void add_what_goes_without_saying(Usable& expected, std::string_view body) {
  if (body.find("\"alg\"") != std::string_view::npos) return;
  for (auto& [kid, algorithms] : expected) {
    if (algorithms.contains("RS256")) {
      algorithms.merge(names_of(algorithms_of(PublicKey::Kind::Rsa)));
    }
  }
}

/// Where the vectors leave a choice, ours.
std::optional<Usable> our_choice(std::string_view name) {
  if (name == "jwks/many-200") {  // the first ones
    Usable first;
    for (std::size_t i = 0; i < keys_max; ++i) first["k" + std::to_string(i)] = {"ES256"};
    return first;
  }
  if (name == "jwks/bom") return Usable{};  // RFC 8259 section 8.1: no byte order mark
  return {};
}

TEST(KeySetVectors, AreUsableAsStated) {
  const auto file = VectorFile::open("provider-answers", "cases.json");
  if (file == nullptr) GTEST_SKIP() << "no provider-answers in ../shared/vectors";
  ASSERT_TRUE(file->ok());
  std::map<std::string, int> count;
  for (const json::Value example : file->root().member("cases")) {
    if (example.member("endpoint").text() != "jwks") continue;
    const std::string name(example.member("name").text());
    if (example.member("status").number_text() != "200") {
      ++count["another status: the body is not read"];
      continue;
    }
    ++count[std::string(example.member("expect").text())];
    const std::string body = test::body_of(example);
    Usable expected = our_choice(name).value_or(stated(example));
    add_what_goes_without_saying(expected, body);
    EXPECT_EQ(usable(body, expected), expected) << name;
  }
  EXPECT_EQ(count, (std::map<std::string, int>{{"keys", 68},
                                               {"no_keys", 16},
                                               {"either", 2},
                                               {"another status: the body is not read", 11}}));
}

/// Wycheproof, for ECDH: its invalid keys are not on the curve they name, or name another one.
TEST(WebCryptoVectors, OnlyPointsOnTheirCurveBecomeKeys) {
  const auto file = VectorFile::open("wycheproof", "ecdh_secp256r1_webcrypto_test.json");
  if (file == nullptr) GTEST_SKIP() << "no Wycheproof in ../shared/vectors";
  ASSERT_TRUE(file->ok());
  // Good points of P-384 and P-521, wrong only for the exchange with a key of P-256.
  const std::set<std::string> good_on_another_curve{"351", "352"};
  const test::Tally tally = test::for_each_test(*file, [&](json::Value, json::Value test) {
    const auto key = read_key(test.member("public"));
    const bool other =
        good_on_another_curve.contains(std::string(test.member("tcId").number_text()));
    EXPECT_EQ(key.has_value(), test.member("result").text() == "valid" || other)
        << test::title(test);
    if (key) {
      EXPECT_NE(names_of(key->algorithms).contains("ES256"), other);
    }
  });
  EXPECT_EQ(tally, (test::Tally{330, 0, 23}));
}

}  // namespace
}  // namespace postern::crypto
