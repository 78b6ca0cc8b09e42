// A key set from anybody. Whatever it says, a usable key is fit for at least one algorithm and
// never for a secret one, no name and algorithm stands for two different keys, and a signature of
// nobody does not verify under any of them.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/crypto/jwk.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/support/signature_memory.hpp"

namespace postern {
namespace {

constexpr std::size_t keys_max = 4;
constexpr json::ParseLimits limits{
    .text_bytes_max = 16 * 1024, .depth_max = 16, .values_max = 1024};

void check_key(const crypto::VerificationKey& key) {
  fuzz::check(key.key.present(), "a usable key is a key");
  fuzz::check(!key.algorithms.empty(), "it verifies something");
  fuzz::check(key.algorithms.both(crypto::SignatureAlgorithms::symmetric()).empty(),
              "and nothing with a secret");
  fuzz::check(key.algorithms.both(crypto::algorithms_of(key.key.kind())) == key.algorithms,
              "its type allows what it verifies");
  if (key.key.kind() == crypto::PublicKey::Kind::Rsa) {
    fuzz::check(8 * key.key.bytes().size() >= crypto::PublicKey::rsa_bits_min &&
                    8 * key.key.bytes().size() <= crypto::PublicKey::rsa_bits_max,
                "an RSA key has a sensible size");
  }
}

void check_names(std::span<const crypto::VerificationKey> keys) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (std::size_t j = i + 1; j < keys.size(); ++j) {
      fuzz::check(!keys[i].has_name || !keys[j].has_name || keys[i].name != keys[j].name ||
                      keys[i].algorithms.both(keys[j].algorithms).empty(),
                  "a name and an algorithm stand for one key");
    }
  }
}

// With any usable key, however odd: no crash, no endless work, no "yes".
void check_no_forgery(const crypto::VerificationKey& key) {
  std::array<std::byte, crypto::PublicKey::rsa_bits_max / 8> signature;
  signature.fill(std::byte{1});
  std::size_t size = 64;
  if (key.key.kind() == crypto::PublicKey::Kind::Rsa) size = key.key.bytes().size();
  if (const std::size_t half = crypto::coordinate_bytes(key.key.kind()); half != 0) size = 2 * half;
  for (std::size_t i = 0; i < crypto::signature_algorithm_count; ++i) {
    const auto algorithm = static_cast<crypto::SignatureAlgorithm>(i);
    if (!key.algorithms.contains(algorithm)) continue;
    fuzz::check(
        crypto::verify(key.key, algorithm, as_bytes("a.b"), std::span(signature).first(size)) ==
            crypto::SignatureVerdict::Invalid,
        "a signature of nobody is invalid");
  }
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern;
  if (size > limits.text_bytes_max) return 0;
  const std::vector<char> text(data, data + size);
  static std::vector<std::byte> memory(json::parse_arena_bytes(limits));
  Arena arena(memory);
  const auto document = json::parse({text.data(), text.size()}, arena, limits);
  if (!document) return 0;
  std::array<crypto::VerificationKey, keys_max> keys;
  const std::size_t count = crypto::read_key_set(*document, keys);
  fuzz::check(count <= keys.size(), "no more keys than there is room for");
  const auto usable = std::span<const crypto::VerificationKey>(keys).first(count);
  check_names(usable);
  for (const crypto::VerificationKey& key : usable) {
    check_key(key);
    check_no_forgery(key);
  }
  return 0;
}
