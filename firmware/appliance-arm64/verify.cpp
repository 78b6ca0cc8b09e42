// The program `postern-verify` of the appliance: reads an update's header from standard input and,
// when it is signed by the key in the file it is given (64 hexadecimal digits, Ed25519), prints the
// lines that were signed. Nobody needs to look at any other line.
//
// A header is lines of text and zeros up to 4096 bytes; its last line is `signature` and 128
// hexadecimal digits, over everything before that line.
#include <array>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "core/crypto/public_key.hpp"
#include "core/crypto/signature.hpp"

namespace {

namespace crypto = postern::crypto;

constexpr std::size_t header_bytes = 4096;
constexpr std::string_view first_line = "postern-update 1\n";
constexpr std::string_view last_line = "\nsignature ";

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/// `count` bytes from the hexadecimal digits at the front of `text`.
template <std::size_t count>
std::optional<std::array<std::byte, count>> from_hexadecimal(std::string_view text) {
  if (text.size() < 2 * count) return {};
  std::array<std::byte, count> bytes{};
  for (std::size_t i = 0; i < count; ++i) {
    const int high = digit(text[2 * i]);
    const int low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return {};
    bytes[i] = static_cast<std::byte>(high * 16 + low);
  }
  return bytes;
}

/// What stands in the file called `name`: 64 hexadecimal digits.
std::optional<crypto::PublicKey> key_from(const char* name) {
  const std::unique_ptr<std::FILE, decltype(&std::fclose)> file(std::fopen(name, "r"),
                                                                &std::fclose);
  std::array<char, 64> digits{};
  if (!file || std::fread(digits.data(), 1, digits.size(), file.get()) != digits.size()) return {};
  const auto bytes = from_hexadecimal<32>({digits.data(), digits.size()});
  return bytes ? crypto::PublicKey::ed25519(*bytes) : std::nullopt;
}

/// The part of `header` that is signed by `key`, or nothing.
std::string_view signed_part(std::string_view header, const crypto::PublicKey& key) {
  if (!header.starts_with(first_line)) return {};
  const std::size_t end = header.find(last_line);
  if (end == std::string_view::npos) return {};
  const std::string_view message = header.substr(0, end + 1);
  const auto signature = from_hexadecimal<64>(header.substr(end + last_line.size()));
  if (!signature ||
      crypto::verify(key, crypto::SignatureAlgorithm::EdDSA, std::as_bytes(std::span(message)),
                     *signature) != crypto::SignatureVerdict::Valid) {
    return {};
  }
  return message;
}

int failed(const char* why) {
  std::fprintf(stderr, "postern-verify: %s\n", why);
  return 1;
}

}  // namespace

int main(int count, char** values) {
  if (count != 2)
    return failed("wants the file with the public key, and a header on standard input");
  const auto key = key_from(values[1]);
  if (!key) return failed("the file holds no Ed25519 public key");

  std::array<char, header_bytes> buffer{};
  const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), stdin);
  const std::string_view message = signed_part({buffer.data(), size}, *key);
  if (message.empty()) return failed("not signed by this key");
  std::fwrite(message.data(), 1, message.size(), stdout);
  return std::fflush(stdout) == 0 ? 0 : failed("cannot write");
}
