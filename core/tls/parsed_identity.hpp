#pragma once

#include <mbedtls/pk.h>
#include <mbedtls/x509_crt.h>

#include <cstddef>
#include <span>

#include "core/tls/identity.hpp"

namespace postern::tls {

/// An Identity as mbedTLS works with it. Its bytes lie in mbedTLS's memory and are wiped when it is
/// cleared.
class ParsedIdentity {
 public:
  ParsedIdentity();
  ~ParsedIdentity() { clear(); }
  ParsedIdentity(const ParsedIdentity&) = delete;
  ParsedIdentity& operator=(const ParsedIdentity&) = delete;

  /// Replaces what it was. Empty again when something is wrong.
  [[nodiscard]] IdentityProblem parse(std::span<const std::byte> chain,
                                      std::span<const std::byte> key, Role role);
  void clear();

  /// REQUIRES, as key(): the last parse() found no problem.
  [[nodiscard]] mbedtls_x509_crt* chain() { return &chain_; }
  [[nodiscard]] mbedtls_pk_context* key() { return &key_; }
  [[nodiscard]] bool is_rsa() const { return mbedtls_pk_get_type(&key_) == MBEDTLS_PK_RSA; }

 private:
  [[nodiscard]] IdentityProblem parse_chain(std::span<const std::byte> pem);
  [[nodiscard]] IdentityProblem parse_key(std::span<const std::byte> pem);
  [[nodiscard]] IdentityProblem compare(Role role) const;

  mbedtls_x509_crt chain_;
  mbedtls_pk_context key_;
};

}  // namespace postern::tls
