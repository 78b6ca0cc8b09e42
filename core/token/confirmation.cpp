#include "core/token/confirmation.hpp"

#include "core/base/base64url.hpp"
#include "core/crypto/thumbprint.hpp"

namespace postern::token {
namespace {

bool is_there(const json::Value& member) {
  return member.present() && !member.is(json::Type::Null);
}

bool is_thumbprint(const json::Value& value) {
  if (!value.is(json::Type::String)) return false;
  crypto::Thumbprint bytes;
  const auto decoded = decode_base64url(value.text(), bytes);
  return decoded && decoded->size() == bytes.size();
}

}  // namespace

bool is_bound(const json::Value& claims) { return is_there(claims.member("cnf")); }

bool can_be_proved(const json::Value& claims) {
  if (!is_bound(claims)) return true;
  const json::Value cnf = claims.member("cnf");
  bool provable = false;
  for (const char* name : {"jkt", "x5t#S256"}) {
    const json::Value method = cnf.member(name);
    if (!is_there(method)) continue;
    if (!is_thumbprint(method)) return false;
    provable = true;
  }
  return provable;
}

}  // namespace postern::token
