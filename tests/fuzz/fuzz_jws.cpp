// A token from anybody. Whatever it is: its parts lie in it or in the memory given, decoded once it
// is spelled the one way, and its header brings no key. Its payload is decoded only when a key of a
// fixed set verifies it, which a fuzzer cannot forge: what verifies is one of the seeds.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/base64url.hpp"
#include "core/base/bytes.hpp"
#include "core/token/jwt/jws.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/support/signature_memory.hpp"

namespace postern {
namespace {

// RFC 7515 appendix A.3 and RFC 8037 appendix A.2.
constexpr std::string_view key_set = R"({"keys":[
  {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
   "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
  {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})";

struct Keys {
  Keys() {
    std::vector<std::byte> memory(json::parse_arena_bytes({.text_bytes_max = key_set.size()}));
    Arena arena(memory);
    const auto document = json::parse(key_set, arena);
    fuzz::check(document.has_value() && crypto::read_key_set(*document, keys) == keys.size(),
                "the key set of this test is right");
  }
  std::array<crypto::VerificationKey, 2> keys;
};

/// The one spelling of `bytes`.
std::string base64url(std::span<const std::byte> bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  std::uint32_t bits = 0;
  int bit_count = 0;
  for (const std::byte byte : bytes) {
    bits = bits << 8 | std::to_integer<std::uint32_t>(byte);
    for (bit_count += 8; bit_count >= 6; bit_count -= 6)
      text += digits[bits >> (bit_count - 6) & 63];
  }
  if (bit_count > 0) text += digits[bits << (6 - bit_count) & 63];
  return text;
}

void check_parts(std::string_view token, std::span<const std::byte> scratch,
                 std::span<const std::byte> memory, const token::jwt::Jws& jws) {
  fuzz::check(jws.signed_text.data() == token.data(), "what is signed begins the token");
  fuzz::check(fuzz::within(jws.payload, jws.signed_text), "the payload is part of it");
  fuzz::check(jws.signed_text.find('.') + 1 + jws.payload.size() == jws.signed_text.size(),
              "the payload ends what is signed");
  fuzz::check(fuzz::within(as_text(jws.signature), as_text(scratch)),
              "the signature lies in the scratch memory");
  const std::string signature = base64url(jws.signature);
  fuzz::check(token.substr(jws.signed_text.size()) == "." + signature,
              "the signature has one spelling");
  fuzz::check(!jws.kid || jws.kid->size() <= crypto::kid_bytes_max, "a kid is bounded");
  for (const std::string_view text : {jws.kid.value_or(""), jws.type}) {
    fuzz::check(fuzz::within(text, as_text(memory)), "header texts lie in the arena");
  }
}

bool verifies(const token::jwt::Jws& jws) {
  static const Keys set;
  for (const crypto::VerificationKey& key : set.keys) {
    if (key.algorithms.contains(jws.algorithm) &&
        crypto::verify(key.key, jws.algorithm, as_bytes(jws.signed_text), jws.signature) ==
            crypto::SignatureVerdict::Valid) {
      return true;
    }
  }
  return false;
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern;
  // A copy with exactly its length, so that a read beyond it is seen.
  const std::vector<char> held(data, data + size);
  const std::string_view token(held.data(), held.size());
  std::vector<std::byte> scratch(size);
  static std::vector<std::byte> memory(token::jwt::header_arena_bytes());
  Arena arena(memory);
  const bool looks = token::jwt::looks_like_jws(token);
  const auto jws = token::jwt::parse_jws(token, scratch, arena);
  if (!jws) return 0;
  fuzz::check(looks, "what is a JWS looks like one");
  check_parts(token, scratch, memory, *jws);
  if (!verifies(*jws)) return 0;
  const auto payload = decode_base64url(jws->payload, scratch);
  fuzz::check(payload.has_value(), "a signer knows base64url");
  fuzz::check(as_text(*payload).starts_with("{\"iss\":\"joe\"") ||
                  as_text(*payload) == "Example of Ed25519 signing",
              "only what was signed verifies");
  return 0;
}
