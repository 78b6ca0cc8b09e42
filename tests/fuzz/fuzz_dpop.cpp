// A DPoP proof from anybody. The first byte says what the rest is: a whole field value; a payload,
// which is then signed as an honest client would, so that what follows the signature is reached; or
// the two sides of a comparison of URIs. Whatever it is, a proof holds only if it says what the
// request is.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/path.hpp"
#include "core/token/dpop/proof.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/support/dpop_proof.hpp"
#include "tests/support/signature_memory.hpp"

namespace postern {
namespace {

// RFC 9449 section 7.1, figure 12: the seeds hold its proof.
constexpr std::string_view rfc_token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
constexpr std::string_view rfc_key = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

Result<token::dpop::Proof, token::dpop::ProofError> checked(std::string_view field,
                                                            std::string_view key, Arena& arena) {
  http::RequestHead head;
  head.fields.add({"DPoP", field, http::FieldKind::Dpop});
  std::vector<char> scratch(token::dpop::scratch_bytes);
  const Clock clock{.now = {}, .wall = WallTime{1562262618}, .trust = ClockTrust::Synchronised};
  const ClockPolicy policy;
  return token::dpop::check_proof({.head = head,
                                   .uri = {true, "resource.example.org", "/protectedresource"},
                                   .token = rfc_token,
                                   .key = key,
                                   .max_age = seconds(60),
                                   .nonces = nullptr,
                                   .clock = clock,
                                   .clock_policy = policy,
                                   .scratch = scratch,
                                   .arena = arena});
}

void check_field(std::string_view field) {
  static std::vector<std::byte> memory(token::dpop::arena_bytes());
  Arena arena(memory);
  const auto proof = checked(field, rfc_key, arena);
  if (!proof) return;
  fuzz::check(proof->id == "e1j3V_bKic8-LAEB", "only what was signed holds");
}

void check_payload(std::string_view payload) {
  static const std::string key = test::thumbprint(test::p256_key);
  static const std::string header = test::ProofText().header();
  const std::string field =
      test::signed_text(test::p256_key, crypto::SignatureAlgorithm::ES256, header, payload);
  static std::vector<std::byte> memory(token::dpop::arena_bytes());
  Arena arena(memory);
  const auto proof = checked(field, key, arena);
  if (!proof) {
    fuzz::check(proof.error() != token::dpop::ProofError::Signature, "it was signed");
    return;
  }
  fuzz::check(!proof->id.empty() && proof->id.size() <= token::dpop::id_bytes_max,
              "a proof has a name");
  fuzz::check(payload.find("htm") != std::string_view::npos || payload.find('\\') != payload.npos,
              "a proof names the method");
}

void check_uris(std::string_view text) {
  const std::size_t middle = text.find('\n');
  if (middle == std::string_view::npos) return;
  const std::string path(text.substr(0, middle));
  std::vector<char> memory(path.size() + 1);
  const auto normal = http::normalize(path, memory);
  if (!normal) return;
  const std::string_view htu = text.substr(middle + 1);
  std::vector<char> scratch(htu.size() + 1);
  const token::dpop::RequestUri uri{true, "api.test", normal->path()};
  if (!token::dpop::is_same_uri(htu, uri, scratch)) return;
  // What is the same under one scheme and host is so under no other.
  fuzz::check(!token::dpop::is_same_uri(htu, {false, "api.test", uri.path}, scratch), "scheme");
  fuzz::check(!token::dpop::is_same_uri(htu, {true, "api.test:1", uri.path}, scratch), "port");
  fuzz::check(!token::dpop::is_same_uri(htu, {true, "other.test", uri.path}, scratch), "host");
  scratch.resize(uri.path.size() + 1);
  fuzz::check(token::dpop::is_same_uri("https://api.test" + std::string(uri.path), uri, scratch),
              "the path itself is the same");
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern;
  if (size == 0) return 0;
  // A copy with exactly its length, so that a read beyond it is seen.
  const std::vector<char> held(data + 1, data + size);
  const std::string_view text(held.data(), held.size());
  switch (data[0]) {
    case 'f':
      check_field(text);
      break;
    case 'p':
      check_payload(text);
      break;
    default:
      check_uris(text);
  }
  return 0;
}
