// How many signatures one core verifies per second with core/crypto, as the gateway does it: the
// key as the key set keeps it, big numbers in the planned working memory.
//
//   verify_speed FILE SECONDS
//
// FILE has a line for each algorithm, from make_tokens.mjs: ALG, the key's two members in base64url
// (n e for RSA, x y for a curve, x - for Ed25519), a token. Prints `ALG verifications-per-second`:
// the median of five slices of SECONDS, in processor time of this program, so that whoever else is
// busy on the machine changes the result little.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/base64url.hpp"
#include "core/crypto/signature.hpp"
#include "core/crypto/working_memory.hpp"

namespace {

using postern::crypto::PublicKey;
using postern::crypto::SignatureAlgorithm;
using postern::crypto::SignatureVerdict;

constexpr int verifications_between_looks_at_the_clock = 16;

[[noreturn]] void fail(std::string_view algorithm, const char* why) {
  std::fprintf(stderr, "verify_speed: %.*s: %s\n", static_cast<int>(algorithm.size()),
               algorithm.data(), why);
  std::exit(1);
}

/// Bytes of a base64url text, in room for the longest there is: a modulus or a signature.
class Decoded {
 public:
  explicit Decoded(std::string_view text) {
    const auto decoded = postern::decode_base64url(text, bytes_);
    if (!decoded) fail(text, "not base64url");
    size_ = decoded->size();
  }
  [[nodiscard]] std::span<const std::byte> bytes() const { return std::span(bytes_).first(size_); }

 private:
  std::array<std::byte, PublicKey::rsa_bits_max / 8> bytes_;
  std::size_t size_ = 0;
};

std::optional<PublicKey> key_of(SignatureAlgorithm algorithm, const std::string& first,
                                const std::string& second) {
  switch (algorithm) {
    case SignatureAlgorithm::ES256:
      return PublicKey::ec(PublicKey::Kind::P256, Decoded(first).bytes(), Decoded(second).bytes());
    case SignatureAlgorithm::ES384:
      return PublicKey::ec(PublicKey::Kind::P384, Decoded(first).bytes(), Decoded(second).bytes());
    case SignatureAlgorithm::ES512:
      return PublicKey::ec(PublicKey::Kind::P521, Decoded(first).bytes(), Decoded(second).bytes());
    case SignatureAlgorithm::EdDSA:
      return PublicKey::ed25519(Decoded(first).bytes());
    default:
      return PublicKey::rsa(Decoded(first).bytes(), Decoded(second).bytes());
  }
}

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// Zero: a verification said that the signature is not good.
double verifications_per_second(const PublicKey& key, SignatureAlgorithm algorithm,
                                std::string_view token, double seconds) {
  const std::size_t dot = token.rfind('.');
  const std::string_view signed_text = token.substr(0, dot);
  const Decoded signature(token.substr(dot + 1));
  const auto message = std::as_bytes(std::span(signed_text));
  const double start = cpu_seconds();
  double spent = 0;
  long count = 0;
  do {
    for (int i = 0; i < verifications_between_looks_at_the_clock; ++i) {
      if (postern::crypto::verify(key, algorithm, message, signature.bytes()) !=
          SignatureVerdict::Valid) {
        return 0;
      }
    }
    count += verifications_between_looks_at_the_clock;
    spent = cpu_seconds() - start;
  } while (spent < seconds);
  return static_cast<double>(count) / spent;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  alignas(64) static std::array<std::byte, postern::crypto::working_memory_row(1).bytes()> memory;
  postern::crypto::use_working_memory(memory);
  const double seconds = std::atof(arguments[2]);
  std::ifstream file(arguments[1]);
  std::string name, first, second, token;
  while (file >> name >> first >> second >> token) {
    const auto algorithm = postern::crypto::signature_algorithm(name);
    if (!algorithm) fail(name, "no such algorithm");
    const auto key = key_of(*algorithm, first, second);
    if (!key) fail(name, "the key was refused");
    std::array<double, 5> rates{};
    for (double& rate : rates) {
      rate = verifications_per_second(*key, *algorithm, token, seconds / rates.size());
    }
    std::sort(rates.begin(), rates.end());
    if (rates.front() == 0) fail(name, "a good signature was not taken");
    std::printf("%s %.0f\n", name.c_str(), rates[rates.size() / 2]);
    std::fflush(stdout);
  }
  return 0;
}
