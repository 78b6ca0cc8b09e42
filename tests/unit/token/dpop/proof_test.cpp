#include "core/token/dpop/proof.hpp"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/dpop_proof.hpp"
#include "tests/support/signature_memory.hpp"

namespace postern::token::dpop {
namespace {

using crypto::SignatureAlgorithm;
using test::ProofText;

constexpr std::int64_t made_at = 1'700'000'000;

/// A request that comes with a proof, and what the gateway knows. Everything fits at first.
class DpopProof : public testing::Test {
 protected:
  DpopProof() { proof_.ath = quoted(test::token_digest(token_)); }

  static std::string quoted(const std::string& text) { return '"' + text + '"'; }

  /// What becomes of a request with these DPoP fields: "" or the error's word.
  std::string outcome_of(const std::vector<std::string>& fields) {
    http::RequestHead head;
    head.method = method_;
    for (const std::string& field : fields) {
      head.fields.add({"DPoP", field, http::classify("DPoP")});
    }
    std::vector<char> scratch(scratch_bytes);
    std::vector<std::byte> memory(arena_bytes());
    Arena arena(memory);
    const auto proof = check_proof({.head = head,
                                    .uri = uri_,
                                    .token = token_,
                                    .key = key_,
                                    .max_age = seconds(60),
                                    .nonces = with_nonce_ ? &nonces_ : nullptr,
                                    .clock = clock_,
                                    .clock_policy = clock_policy_,
                                    .scratch = scratch,
                                    .arena = arena});
    if (!proof) return std::string(name(proof.error()));
    id_ = proof->id;
    nonce_is_old_ = proof->nonce_is_old;
    return "";
  }
  std::string outcome() { return outcome_of({proof_.text()}); }
  /// The same after one change, which is taken back.
  std::string with(const std::function<void(ProofText&)>& change) {
    const ProofText kept = proof_;
    change(proof_);
    const std::string result = outcome();
    proof_ = kept;
    return result;
  }

  ProofText proof_;
  http::Method method_ = http::Method::Get;
  RequestUri uri_{true, "api.test", "/things"};
  std::string token_ = "a-token";
  std::string key_ = test::thumbprint(test::p256_key);
  Clock clock_{.now = {}, .wall = WallTime{made_at}, .trust = ClockTrust::Synchronised};
  ClockPolicy clock_policy_{.unknown = false, .floor = true};
  bool with_nonce_ = false;
  const crypto::TagKey nonce_key_{std::array<std::byte, 16>{}};
  const Nonces nonces_{nonce_key_};

  std::string id_;
  bool nonce_is_old_ = false;
};

TEST_F(DpopProof, OneThatFitsHolds) {
  EXPECT_EQ(outcome(), "");
  EXPECT_EQ(id_, "proof-1");
}

// RFC 9449 section 7.1, figure 12.
TEST_F(DpopProof, OfTheRfcHolds) {
  uri_ = {true, "resource.example.org", "/protectedresource"};
  token_ = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
  key_ = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
  clock_.wall = WallTime{1562262618};
  EXPECT_EQ(outcome_of({"eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6Ik"
                        "VDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCR"
                        "nMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JE"
                        "QSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIj"
                        "oiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0Z"
                        "WRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNF"
                        "c05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71E"
                        "OptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA"}),
            "");
  EXPECT_EQ(id_, "e1j3V_bKic8-LAEB");
}

// --- RFC 9449 section 4.3, one by one
// --------------------------------------------------------------

TEST_F(DpopProof, ThereIsExactlyOneField) {
  EXPECT_EQ(outcome_of({}), "dpop-absent");
  EXPECT_EQ(outcome_of({proof_.text(), proof_.text()}), "dpop-several");
  EXPECT_EQ(outcome_of({proof_.text() + ", " + proof_.text()}), "dpop-malformed");
}

TEST_F(DpopProof, IsAWellFormedJws) {
  const std::string good = proof_.text();
  for (const std::string& text :
       {std::string(), std::string("a.b"), std::string("..."), good + "=", good + ".", " " + good,
        good.substr(1), test::base64url("[]") + ".e30.AA", "!" + good,
        std::string(proof_bytes_max + 1, 'A')}) {
    EXPECT_EQ(outcome_of({text}), "dpop-malformed") << text.substr(0, 80);
  }
  // Members of one object have names of their own.
  EXPECT_EQ(with([](ProofText& it) { it.more_header = R"(,"alg":"ES256")"; }), "dpop-malformed");
  EXPECT_EQ(with([](ProofText& it) { it.jti = R"("a","jti":"b")"; }), "dpop-malformed");
  EXPECT_EQ(with([](ProofText& it) { it.jti = "{"; }), "dpop-malformed");
}

TEST_F(DpopProof, HasAllRequiredClaims) {
  EXPECT_EQ(with([](ProofText& it) { it.jti = ""; }), "dpop-malformed");
  EXPECT_EQ(with([](ProofText& it) { it.htm = ""; }), "dpop-malformed");
  EXPECT_EQ(with([](ProofText& it) { it.htu = ""; }), "dpop-malformed");
  EXPECT_EQ(with([](ProofText& it) { it.iat = ""; }), "dpop-malformed");
  EXPECT_EQ(with([](ProofText& it) { it.ath = ""; }), "dpop-malformed");
  for (const char* other : {"null", "1", "true", "[]", "{}", R"("")", R"(["proof-1"])"}) {
    EXPECT_EQ(with([&](ProofText& it) { it.jti = other; }), "dpop-malformed") << other;
    EXPECT_EQ(with([&](ProofText& it) { it.htm = other; }), "dpop-malformed") << other;
    EXPECT_EQ(with([&](ProofText& it) { it.htu = other; }), "dpop-malformed") << other;
    EXPECT_EQ(with([&](ProofText& it) { it.ath = other; }), "dpop-malformed") << other;
  }
  for (const char* other : {"null", "true", R"("1700000000")", "[1700000000]", "1e99"}) {
    EXPECT_EQ(with([&](ProofText& it) { it.iat = other; }), "dpop-malformed") << other;
  }
}

TEST_F(DpopProof, NamesItselfByAShortText) {
  const std::string longest(id_bytes_max, 'x');
  EXPECT_EQ(with([&](ProofText& it) { it.jti = quoted(longest); }), "");
  EXPECT_EQ(id_, longest);
  EXPECT_EQ(with([&](ProofText& it) { it.jti = quoted(longest + 'x'); }), "dpop-malformed");
}

TEST_F(DpopProof, SaysThatItIsOne) {
  EXPECT_EQ(with([](ProofText& it) { it.typ = R"("DPoP+JWT")"; }), "");
  EXPECT_EQ(with([](ProofText& it) { it.typ = R"("application/dpop+jwt")"; }), "");
  for (const char* other : {"", "null", "1", R"("JWT")", R"("dpop")", R"("at+jwt")", R"("")"}) {
    EXPECT_EQ(with([&](ProofText& it) { it.typ = other; }), "dpop-type") << other;
  }
}

TEST_F(DpopProof, IsSignedWithAnAlgorithmThatHasAPublicKey) {
  for (const char* other : {"", "1", R"("none")", R"("HS256")", R"("es256")", R"("ES256K")",
                            R"("RSA-OAEP")", R"(["ES256"])"}) {
    EXPECT_EQ(with([&](ProofText& it) { it.alg = other; }), "dpop-algorithm") << other;
  }
  // And one that this very key has.
  EXPECT_EQ(with([](ProofText& it) { it.alg = R"("RS256")"; }), "dpop-algorithm");
  EXPECT_EQ(with([](ProofText& it) { it.alg = R"("ES384")"; }), "dpop-algorithm");
}

TEST_F(DpopProof, EveryKindOfKeyWillDo) {
  struct Kind {
    test::KeyPair key;
    SignatureAlgorithm algorithm;
    const char* alg;
  };
  for (const Kind& kind : {Kind{test::p384_key, SignatureAlgorithm::ES384, R"("ES384")"},
                           Kind{test::p521_key, SignatureAlgorithm::ES512, R"("ES512")"},
                           Kind{test::rsa_key, SignatureAlgorithm::RS256, R"("RS256")"},
                           Kind{test::rsa_key, SignatureAlgorithm::PS512, R"("PS512")"},
                           Kind{test::rsa4096_key, SignatureAlgorithm::PS256, R"("PS256")"}}) {
    key_ = test::thumbprint(kind.key);
    proof_.key = kind.key;
    proof_.algorithm = kind.algorithm;
    proof_.jwk = kind.key.jwk;
    proof_.alg = kind.alg;
    EXPECT_EQ(outcome(), "") << kind.alg;
  }
}

TEST_F(DpopProof, BringsAPublicKeyAndNothingOfAPrivateOne) {
  const std::string jwk(test::p256_key.jwk);
  const std::string without_end = jwk.substr(0, jwk.size() - 1);
  for (const char* secret : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) {
    EXPECT_EQ(with([&](ProofText& it) { it.jwk = without_end + ",\"" + secret + R"(":"AQAB"})"; }),
              "dpop-key")
        << secret;
  }
  for (const char* other : {"", "null", "[]", "{}", R"("jwk")", R"({"kty":"oct","k":"AAAA"})",
                            R"({"kty":"EC","crv":"P-256","x":"AA","y":"AA"})"}) {
    EXPECT_EQ(with([&](ProofText& it) { it.jwk = other; }), "dpop-key") << other;
  }
  EXPECT_EQ(with([](ProofText& it) { it.jwk = test::short_rsa_key.jwk; }), "dpop-key");
  EXPECT_EQ(with([&](ProofText& it) { it.jwk = without_end + R"(,"use":"enc"})"; }), "dpop-key");
  EXPECT_EQ(with([&](ProofText& it) { it.jwk = without_end + R"(,"use":"sig","kid":"1"})"; }), "");
}

TEST_F(DpopProof, IsSignedWithThatKey) {
  EXPECT_EQ(with([](ProofText& it) { it.key = test::p256_sec1_key; }), "dpop-signature");
}

// Any change of any character is noticed.
TEST_F(DpopProof, OneThatWasChangedDoesNotHold) {
  const std::string good = proof_.text();
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(outcome_of({changed}), "") << i;
    changed = good;
    changed.erase(i, 1);
    EXPECT_NE(outcome_of({changed}), "") << i;
  }
}

TEST_F(DpopProof, WhoAddsAnExtensionToBeUnderstoodIsRefused) {
  EXPECT_EQ(with([](ProofText& it) { it.more_header = R"(,"crit":["b64"],"b64":false)"; }),
            "dpop-malformed");
  // What else a header says is nobody's business here, and nothing it names is fetched.
  EXPECT_EQ(with([](ProofText& it) { it.more_header = R"(,"jku":"http://evil.test/","kid":"7")"; }),
            "");
}

TEST_F(DpopProof, IsForTheRequestsMethod) {
  for (const char* other : {R"("POST")", R"("get")", R"("GET ")", R"("HEAD")"}) {
    EXPECT_EQ(with([&](ProofText& it) { it.htm = other; }), "dpop-method") << other;
  }
  method_ = http::Method::Post;
  EXPECT_EQ(outcome(), "dpop-method");
  EXPECT_EQ(with([](ProofText& it) { it.htm = R"("POST")"; }), "");
}

TEST_F(DpopProof, IsForTheRequestsUri) {
  for (const char* same :
       {"https://api.test/things?unit=C", "https://api.test/things#top", "HTTPS://API.TEST/things",
        "https://api.test:443/things", "https://api.test:/things", "https://api.test/%74hings",
        "https://api.test/x/../things", "https://api.test/things?a#b?c"}) {
    EXPECT_EQ(with([&](ProofText& it) { it.htu = quoted(same); }), "") << same;
  }
  for (const char* other : {"https://api.test/Things",
                            "https://api.test/things/",
                            "https://api.test/",
                            "https://api.test",
                            "http://api.test/things",
                            "https://api.test:8443/things",
                            "https://api.test:80/things",
                            "https://other.test/things",
                            "https://api.test.evil/things",
                            "https://user@api.test/things",
                            "//api.test/things",
                            "/things",
                            "things",
                            "https://",
                            "https:///things",
                            "https://api.test//things",
                            "https://api.test/%2Fthings",
                            "https://api.test/../things",
                            "https://api.test/thin gs",
                            "ftp://api.test/things"}) {
    EXPECT_EQ(with([&](ProofText& it) { it.htu = quoted(other); }), "dpop-uri") << other;
  }
}

TEST_F(DpopProof, TheUriIsWhatTheClientSaw) {
  uri_ = {false, "API.test:8080", "/"};
  for (const char* same :
       {"http://api.test:8080/", "http://api.test:8080", "HTTP://api.test:8080?"}) {
    EXPECT_EQ(with([&](ProofText& it) { it.htu = quoted(same); }), "") << same;
  }
  EXPECT_EQ(with([&](ProofText& it) { it.htu = quoted("https://api.test:8080/"); }), "dpop-uri");
  uri_ = {false, "[::1]:80", "/"};
  EXPECT_EQ(with([&](ProofText& it) { it.htu = quoted("http://[::1]/"); }), "");
  uri_ = {true, "", "/things"};  // HTTP/1.0 without Host
  EXPECT_EQ(outcome(), "dpop-uri");
}

TEST_F(DpopProof, IsFresh) {
  const auto at = [&](std::int64_t late_s) {
    clock_.wall = WallTime{made_at + late_s};
    return outcome();
  };
  EXPECT_EQ(at(0), "");
  EXPECT_EQ(at(60), "");
  EXPECT_EQ(at(61), "dpop-time");
  EXPECT_EQ(at(1'000'000), "dpop-time");
  EXPECT_EQ(at(-10), "") << "the client's clock is a little ahead";
  EXPECT_EQ(at(-11), "dpop-time");
}

TEST_F(DpopProof, WithoutAClockNothingIsFresh) {
  clock_.trust = ClockTrust::Floor;
  EXPECT_EQ(outcome(), "");
  clock_policy_.floor = false;
  EXPECT_EQ(outcome(), "clock");
  clock_policy_ = {.unknown = true, .floor = true};
  clock_.trust = ClockTrust::Unknown;
  EXPECT_EQ(outcome(), "clock") << "it could be used for ever";
}

TEST_F(DpopProof, HasANonceWhereOneIsAskedFor) {
  with_nonce_ = true;
  clock_.now = MonotonicTime{} + seconds(1000);
  const Nonces::Text text = nonces_.current(clock_.now, seconds(60));
  const std::string ours = quoted({text.data(), text.size()});
  for (const std::string& other : {std::string(), std::string("null"), std::string("1"), quoted(""),
                                   quoted("x"), quoted(std::string(22, 'A'))}) {
    EXPECT_EQ(with([&](ProofText& it) { it.nonce = other; }), "dpop-nonce") << other;
  }
  proof_.nonce = ours;
  EXPECT_EQ(outcome(), "");
  EXPECT_FALSE(nonce_is_old_);
  clock_.now = clock_.now + seconds(30);
  EXPECT_EQ(outcome(), "");
  EXPECT_TRUE(nonce_is_old_) << "the client needs a new one soon";
  clock_.now = clock_.now + seconds(30);
  EXPECT_EQ(outcome(), "dpop-nonce");
}

// RFC 9449 section 11.1: for clients whose clock is wrong, and for a gateway whose clock is.
TEST_F(DpopProof, WithOurNonceTheClocksDoNotCount) {
  with_nonce_ = true;
  const Nonces::Text text = nonces_.current(clock_.now, seconds(60));
  proof_.nonce = quoted({text.data(), text.size()});
  clock_.wall = WallTime{1};
  EXPECT_EQ(outcome(), "");
  clock_.trust = ClockTrust::Unknown;
  EXPECT_EQ(outcome(), "");
}

TEST_F(DpopProof, IsForTheToken) {
  EXPECT_EQ(with([&](ProofText& it) { it.ath = quoted(test::token_digest("another")); }),
            "dpop-token");
  EXPECT_EQ(with([&](ProofText& it) { it.ath = quoted(test::token_digest(token_) + "="); }),
            "dpop-token");
  token_ = "a-token2";
  EXPECT_EQ(outcome(), "dpop-token");
}

TEST_F(DpopProof, TheTokenIsBoundToItsKey) {
  key_ = test::thumbprint(test::p256_sec1_key);
  EXPECT_EQ(outcome(), "dpop-other-key");
  // Before any signature is checked: whoever has made up the key would make us work.
  proof_.key = test::p256_sec1_key;
  EXPECT_EQ(outcome(), "dpop-other-key");
  key_ = "";
  EXPECT_EQ(outcome(), "dpop-other-key");
}

}  // namespace
}  // namespace postern::token::dpop
