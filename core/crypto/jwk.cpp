#include "core/crypto/jwk.hpp"

#include <algorithm>

#include "core/base/base64url.hpp"
#include "core/base/bytes.hpp"
#include "core/crypto/digest.hpp"

namespace postern::crypto {
namespace {

/// A number of a key, as base64url in a member.
class Number {
 public:
  Number(const json::Value& jwk, std::string_view name) {
    const json::Value value = jwk.member(name);
    if (!value.is(json::Type::String)) return;
    const auto decoded = decode_base64url(value.text(), bytes_);
    if (decoded) size_ = decoded->size();
  }
  /// Empty when it is missing, malformed or too long for any key.
  [[nodiscard]] std::span<const std::byte> bytes() const { return std::span(bytes_).first(size_); }

 private:
  // One byte more for a zero that some write in front of a modulus.
  std::array<std::byte, PublicKey::rsa_bits_max / 8 + 1> bytes_;
  std::size_t size_ = 0;
};

std::optional<PublicKey::Kind> curve_of(std::string_view name) {
  if (name == "P-256") return PublicKey::Kind::P256;
  if (name == "P-384") return PublicKey::Kind::P384;
  if (name == "P-521") return PublicKey::Kind::P521;
  return {};
}

std::string_view text_of(const json::Value& jwk, std::string_view name) {
  const json::Value value = jwk.member(name);
  return value.is(json::Type::String) ? value.text() : std::string_view{};
}

std::optional<PublicKey> public_key(const json::Value& jwk) {
  const std::string_view type = text_of(jwk, "kty");
  if (type == "RSA") return PublicKey::rsa(Number(jwk, "n").bytes(), Number(jwk, "e").bytes());
  if (type == "EC") {
    const auto curve = curve_of(text_of(jwk, "crv"));
    if (!curve) return {};
    return PublicKey::ec(*curve, Number(jwk, "x").bytes(), Number(jwk, "y").bytes());
  }
  if (type == "OKP" && text_of(jwk, "crv") == "Ed25519") {
    return PublicKey::ed25519(Number(jwk, "x").bytes());
  }
  return {};
}

// RFC 7517 sections 4.2 and 4.3.
bool is_for_verifying(const json::Value& jwk) {
  const json::Value use = jwk.member("use");
  if (use.present() && (!use.is(json::Type::String) || use.text() != "sig")) return false;
  const json::Value operations = jwk.member("key_ops");
  if (!operations.present()) return true;
  if (!operations.is(json::Type::Array)) return false;
  for (const json::Value operation : operations) {
    if (operation.is(json::Type::String) && operation.text() == "verify") return true;
  }
  return false;
}

// False: there is one, and it is no name.
bool read_name(const json::Value& jwk, VerificationKey& key) {
  const json::Value kid = jwk.member("kid");
  if (!kid.present()) return true;
  if (!kid.is(json::Type::String)) return false;
  const std::string_view text = kid.text();
  if (text.size() > kid_bytes_max || text.find('\0') != std::string_view::npos) return false;
  key.has_name = true;
  key.name = key_name(text);
  return true;
}

bool is_same_name(const VerificationKey& a, const VerificationKey& b) {
  return a.has_name && b.has_name && a.name == b.name;
}

bool is_same_key(const VerificationKey& a, const VerificationKey& b) {
  const auto equal = [](std::span<const std::byte> x, std::span<const std::byte> y) {
    return std::equal(x.begin(), x.end(), y.begin(), y.end());
  };
  return a.key.kind() == b.key.kind() && a.algorithms == b.algorithms &&
         equal(a.key.bytes(), b.key.bytes()) && equal(a.key.exponent(), b.key.exponent());
}

// Removes, of the first `count` keys, those that share a name and an algorithm with another one.
std::size_t without_ambiguous(std::span<VerificationKey> keys, std::size_t count) {
  std::array<bool, 64> ambiguous{};
  count = std::min(count, ambiguous.size());
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = i + 1; j < count; ++j) {
      const bool clash =
          is_same_name(keys[i], keys[j]) && !keys[i].algorithms.both(keys[j].algorithms).empty();
      // The very same key twice: one of them is as good as two.
      if (clash) ambiguous[j] = true;
      if (clash && !is_same_key(keys[i], keys[j])) ambiguous[i] = true;
    }
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!ambiguous[i]) keys[kept++] = keys[i];
  }
  return kept;
}

}  // namespace

KeyName key_name(std::string_view kid) { return sha256(as_bytes(kid)); }

std::optional<VerificationKey> read_key(const json::Value& jwk) {
  if (!jwk.is(json::Type::Object) || !is_for_verifying(jwk)) return {};
  const auto key = public_key(jwk);
  if (!key) return {};
  VerificationKey result{*key, algorithms_of(key->kind()), false, {}};
  const json::Value alg = jwk.member("alg");
  if (alg.present()) {
    const auto algorithm =
        alg.is(json::Type::String) ? signature_algorithm(alg.text()) : std::nullopt;
    if (!algorithm || !result.algorithms.contains(*algorithm)) return {};
    result.algorithms = {};
    result.algorithms.add(*algorithm);
  }
  if (!read_name(jwk, result)) return {};
  return result;
}

std::size_t read_key_set(const json::Value& document, std::span<VerificationKey> keys) {
  const json::Value list = document.member("keys");
  if (!list.is(json::Type::Array)) return 0;
  std::size_t count = 0;
  for (const json::Value jwk : list) {
    if (count == keys.size()) break;
    if (const auto key = read_key(jwk)) keys[count++] = *key;
  }
  return without_ambiguous(keys, count);
}

}  // namespace postern::crypto
