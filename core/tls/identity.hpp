#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace postern::tls {

/// Who the gateway is towards a peer: a certificate with the chain above it, and its key. As the
/// configuration has them: PEM, with the zero byte at the end that mbedTLS wants to see.
struct Identity {
  std::string_view certificate_file;  ///< As in the file, to read it again.
  std::string_view key_file;
  std::span<const std::byte> chain;  ///< The gateway's own certificate first.
  std::span<const std::byte> key;    ///< Secret: wiped with the configuration.
};

/// What an identity is for.
enum class Role : std::uint8_t { Server, Client };

/// What is wrong with one.
enum class IdentityProblem : std::uint8_t {
  None,
  NoCertificate,      ///< Not one CERTIFICATE block of PEM.
  BrokenCertificate,  ///< A block that is no certificate, or of a kind nobody knows.
  CertificateKind,    ///< Its key is neither RSA of 2048 to 4096 bits nor on P-256 or P-384.
  WrongUsage,         ///< Its key usage forbids the role.
  ChainOrder,         ///< Each certificate must be followed by the one of its issuer.
  ChainTooLong,       ///< Longer than a record that this gateway sends.
  NoKey,              ///< No block of PEM with a private key.
  EncryptedKey,
  BrokenKey,
  KeyDoesNotFit,  ///< It is the key of another certificate.
  NoMemory,       ///< Or no randomness: nothing is known of it.
};

/// Whether `chain` and `key`, as in Identity, will do. It is used after crypto::use_entropy(): a
/// key's arithmetic is blinded. Dates are not looked at: the clock may be wrong today.
IdentityProblem check_identity(std::span<const std::byte> chain, std::span<const std::byte> key,
                               Role role);

/// `problem` in words that follow upon the name of the file with the key or the certificate.
std::string_view describe(IdentityProblem problem);
/// The problem lies in the key's file, not in the certificate's.
bool is_of_key(IdentityProblem problem);

/// A name that both identities are for, written into `memory`; empty when there is none, or when
/// one has an RSA key and the other not, so that both are of use. REQUIRES: both are well.
std::string_view shared_name(const Identity& a, const Identity& b, std::span<char> memory);

}  // namespace postern::tls
