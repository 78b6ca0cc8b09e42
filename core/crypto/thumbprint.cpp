#include "core/crypto/thumbprint.hpp"

#include "core/base/assert.hpp"
#include "core/base/base64url.hpp"
#include "core/base/secret.hpp"
#include "core/crypto/digest.hpp"

namespace postern::crypto {
namespace {

std::string_view curve_name(PublicKey::Kind kind) {
  switch (kind) {
    case PublicKey::Kind::P256:
      return "P-256";
    case PublicKey::Kind::P384:
      return "P-384";
    case PublicKey::Kind::P521:
      return "P-521";
    case PublicKey::Kind::Ed25519:
      return "Ed25519";
    case PublicKey::Kind::Rsa:
      break;
  }
  return "";
}

void write_number(ByteWriter& out, std::string_view before, std::span<const std::byte> number) {
  out.text(before);
  write_base64url(out, number);
  out.character('"');
}

// RFC 7638 sections 3.2 and 3.3.
void write_required_members(ByteWriter& out, const PublicKey& key) {
  if (key.kind() == PublicKey::Kind::Rsa) {
    write_number(out, R"({"e":")", key.exponent());
    write_number(out, R"(,"kty":"RSA","n":")", key.bytes());
    return out.character('}');
  }
  out.text(R"({"crv":")");
  out.text(curve_name(key.kind()));
  if (key.kind() == PublicKey::Kind::Ed25519) {
    write_number(out, R"(","kty":"OKP","x":")", key.bytes());
  } else {
    const std::size_t size = coordinate_bytes(key.kind());
    write_number(out, R"(","kty":"EC","x":")", key.bytes().first(size));
    write_number(out, R"(,"y":")", key.bytes().last(size));
  }
  out.character('}');
}

}  // namespace

Thumbprint jwk_thumbprint(const PublicKey& key) {
  POSTERN_ASSERT(key.present());
  std::array<char, 64 + base64url_text_bytes(PublicKey::rsa_bits_max / 8 + 8)> text;
  ByteWriter out(text);
  write_required_members(out, key);
  POSTERN_ASSERT(out.ok());
  return sha256(as_bytes(out.written()));
}

bool is_spelling_of(std::string_view text, const Thumbprint& thumbprint) {
  std::array<char, base64url_text_bytes(sizeof(Thumbprint))> spelled;
  ByteWriter out(spelled);
  write_base64url(out, thumbprint);
  return constant_time_equal(as_bytes(text), as_bytes(out.written()));
}

}  // namespace postern::crypto
