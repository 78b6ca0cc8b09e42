#include "core/tls/parsed_identity.hpp"

#include <mbedtls/oid.h>
#include <mbedtls/ssl.h>

#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/crypto/random.hpp"
#include "core/tls/certificate_names.hpp"

namespace postern::tls {
namespace {

constexpr std::string_view certificate_mark = "-----BEGIN CERTIFICATE-----";
constexpr std::size_t rsa_bits_min = 2048;
constexpr std::size_t rsa_bits_max = 4096;  // bounds the time of one handshake

// The message Certificate must fit one record: 13 bytes stand before the list in TLS 1.3, and 5
// before each certificate (RFC 8446 section 4.4.2); 1.2 takes less.
constexpr std::size_t chain_bytes_max = MBEDTLS_SSL_OUT_CONTENT_LEN - 64;
constexpr std::size_t entry_bytes = 5;

const unsigned char* library_bytes(std::span<const std::byte> bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

bool is_acceptable(const mbedtls_pk_context& key) {
  switch (mbedtls_pk_get_type(&key)) {
    case MBEDTLS_PK_RSA: {
      const std::size_t bits = mbedtls_pk_get_bitlen(&key);
      return bits >= rsa_bits_min && bits <= rsa_bits_max;
    }
    case MBEDTLS_PK_ECKEY: {
      const auto group = mbedtls_ecp_keypair_get_group_id(mbedtls_pk_ec(key));
      return group == MBEDTLS_ECP_DP_SECP256R1 || group == MBEDTLS_ECP_DP_SECP384R1;
    }
    default:
      return false;
  }
}

// mbedTLS adds what it met to where it met it: the first is in the lower bits, the second above.
bool has_part(int failure, int part) { return (-failure & 0x7F) == -part; }
bool is_of(int failure, int module) { return (-failure & 0x7F80) == (-module & 0x7F80); }

bool is_out_of_memory(int failure) {
  return is_of(failure, MBEDTLS_ERR_X509_ALLOC_FAILED) ||
         is_of(failure, MBEDTLS_ERR_PK_ALLOC_FAILED) ||
         has_part(failure, MBEDTLS_ERR_ASN1_ALLOC_FAILED) ||
         has_part(failure, MBEDTLS_ERR_MPI_ALLOC_FAILED);
}

bool is_unknown_kind(int failure) {
  return is_of(failure, MBEDTLS_ERR_PK_UNKNOWN_PK_ALG) ||
         is_of(failure, MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE) ||
         is_of(failure, MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG);
}

bool are_equal(const mbedtls_x509_buf& a, const mbedtls_x509_buf& b) {
  return std::equal(a.p, a.p + a.len, b.p, b.p + b.len);
}

bool is_pair(const mbedtls_pk_context& public_key, const mbedtls_pk_context& key, int& failure) {
  failure = mbedtls_pk_check_pair(&public_key, &key, crypto::random_for_library, nullptr);
  return failure == 0;
}

}  // namespace

ParsedIdentity::ParsedIdentity() {
  mbedtls_x509_crt_init(&chain_);
  mbedtls_pk_init(&key_);
}

void ParsedIdentity::clear() {
  mbedtls_x509_crt_free(&chain_);
  mbedtls_pk_free(&key_);
}

IdentityProblem ParsedIdentity::parse(std::span<const std::byte> chain,
                                      std::span<const std::byte> key, Role role) {
  clear();
  IdentityProblem problem = parse_chain(chain);
  if (problem == IdentityProblem::None) problem = parse_key(key);
  if (problem == IdentityProblem::None) problem = compare(role);
  if (problem != IdentityProblem::None) clear();
  return problem;
}

IdentityProblem ParsedIdentity::parse_chain(std::span<const std::byte> pem) {
  if (as_text(pem).find(certificate_mark) == std::string_view::npos) {
    return IdentityProblem::NoCertificate;
  }
  const int failure = mbedtls_x509_crt_parse(&chain_, library_bytes(pem), pem.size());
  if (failure > 0) return IdentityProblem::BrokenCertificate;  // so many of several are
  if (is_out_of_memory(failure)) return IdentityProblem::NoMemory;
  if (is_unknown_kind(failure)) return IdentityProblem::CertificateKind;
  if (failure != 0) return IdentityProblem::BrokenCertificate;
  if (!is_acceptable(chain_.pk)) return IdentityProblem::CertificateKind;
  std::size_t total = 0;
  for (const mbedtls_x509_crt* it = &chain_; it != nullptr; it = it->next) {
    total += it->raw.len + entry_bytes;
  }
  return total <= chain_bytes_max ? IdentityProblem::None : IdentityProblem::ChainTooLong;
}

IdentityProblem ParsedIdentity::parse_key(std::span<const std::byte> pem) {
  const std::string_view text = as_text(pem);
  if (text.find("PRIVATE KEY-----") == std::string_view::npos) return IdentityProblem::NoKey;
  if (text.find("ENCRYPTED") != std::string_view::npos) return IdentityProblem::EncryptedKey;
  const int failure = mbedtls_pk_parse_key(&key_, library_bytes(pem), pem.size(), nullptr, 0,
                                           crypto::random_for_library, nullptr);
  if (is_out_of_memory(failure)) return IdentityProblem::NoMemory;
  return failure == 0 ? IdentityProblem::None : IdentityProblem::BrokenKey;
}

// Whether the key and the certificates belong together, and may be used like that.
IdentityProblem ParsedIdentity::compare(Role role) const {
  int failure = 0;
  if (!is_pair(chain_.pk, key_, failure)) {
    if (is_out_of_memory(failure)) return IdentityProblem::NoMemory;
    // Does it fit another one? Then that one should stand first.
    for (const mbedtls_x509_crt* it = chain_.next; it != nullptr; it = it->next) {
      if (is_pair(it->pk, key_, failure)) return IdentityProblem::ChainOrder;
    }
    return IdentityProblem::KeyDoesNotFit;
  }
  for (const mbedtls_x509_crt* it = &chain_; it->next != nullptr; it = it->next) {
    if (!are_equal(it->issuer_raw, it->next->subject_raw)) return IdentityProblem::ChainOrder;
  }
  const char* usage = role == Role::Server ? MBEDTLS_OID_SERVER_AUTH : MBEDTLS_OID_CLIENT_AUTH;
  const std::size_t usage_bytes = role == Role::Server ? MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)
                                                       : MBEDTLS_OID_SIZE(MBEDTLS_OID_CLIENT_AUTH);
  if (mbedtls_x509_crt_check_key_usage(&chain_, MBEDTLS_X509_KU_DIGITAL_SIGNATURE) != 0 ||
      mbedtls_x509_crt_check_extended_key_usage(&chain_, usage, usage_bytes) != 0) {
    return IdentityProblem::WrongUsage;
  }
  return IdentityProblem::None;
}

}  // namespace postern::tls
