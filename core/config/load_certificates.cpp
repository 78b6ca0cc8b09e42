// Files of PEM: the gateway's certificates and keys, and the authorities that vouch for others.
#include <algorithm>

#include "core/base/secret.hpp"
#include "core/config/loader.hpp"

namespace postern::config {
namespace {

using tls::IdentityProblem;

constexpr std::string_view private_mark = "PRIVATE KEY-----";

std::string_view remedy(IdentityProblem problem) {
  switch (problem) {
    case IdentityProblem::NoCertificate:
    case IdentityProblem::BrokenCertificate:
      return "write the certificates into it in PEM, each from -----BEGIN CERTIFICATE----- on";
    case IdentityProblem::CertificateKind:
      return "get one with an RSA key of 2048 to 4096 bits, or an EC key on P-256 or P-384";
    case IdentityProblem::WrongUsage:
      return "get one whose key usage and extended key usage allow it, or name both not at all";
    case IdentityProblem::ChainOrder:
      return "write the gateway's own certificate first, and behind each the one of its issuer";
    case IdentityProblem::ChainTooLong:
      return "leave the root out, or get a certificate with fewer names: 4 KiB in DER "
             "at most, 3 KiB on a board";
    case IdentityProblem::NoKey:
    case IdentityProblem::BrokenKey:
      return "write the key into it in PEM, from -----BEGIN PRIVATE KEY----- on";
    case IdentityProblem::EncryptedKey:
      return "decrypt it: openssl pkey -in FILE -out FILE; chmod 600 keeps it from others";
    case IdentityProblem::KeyDoesNotFit:
      return "name the key that the certificate was made for";
    case IdentityProblem::NoMemory:
      return "try again";
    case IdentityProblem::None:
      break;
  }
  return {};
}

}  // namespace

// For a text of so many bytes, and one more to see that it is longer; or for what there is room
// for.
std::span<char> Loader::scratch_text(std::size_t bytes_max) const {
  return {reinterpret_cast<char*>(file_scratch_.data()),
          std::min(bytes_max + 1, file_scratch_.size())};
}

// The bytes as mbedTLS wants them, with a zero at the end. Empty, after saying so, when they cannot
// be had.
std::span<const std::byte> Loader::load_pem(const Spot& file, Secrecy secrecy,
                                            std::string_view content, std::size_t bytes_max) {
  if (!file.value().is(json::Type::String)) return {};
  const std::span<char> text = scratch_text(bytes_max);
  std::size_t size = 0;
  const bool is_secret = secrecy == Secrecy::Secret;
  const FileProblem problem = is_secret ? files_.read_secret_text(file.text(), text, size)
                                        : files_.read_text(file.text(), text, size);
  std::span<std::byte> kept;
  if (problem == FileProblem::None) {
    kept = take<std::byte>(size + 1);
    if (!kept.empty()) std::copy_n(as_bytes({text.data(), size}).begin(), size, kept.begin());
  } else {
    report_file(file, problem, content, text);
  }
  if (is_secret) wipe(std::as_writable_bytes(text));
  return kept;
}

// False, after saying so, when it is of no use.
bool Loader::load_identity(const Spot& spot, tls::Role role, tls::Identity& identity) {
  const Spot certificate = spot.member("certificate_file");
  const Spot key = spot.member("key_file");
  identity.certificate_file = keep(certificate.text());
  identity.key_file = keep(key.text());
  const bool is_one_file = certificate.text() == key.text();
  identity.chain =
      load_pem(certificate, Secrecy::Public, "the certificates in PEM", certificate_file_bytes_max);
  identity.key = load_pem(key, Secrecy::Secret, "the key in PEM", private_key_file_bytes_max);
  if (!is_one_file && as_text(identity.chain).find(private_mark) != std::string_view::npos) {
    report_.add(certificate, {"the file ", Shown(certificate.value()), " holds a key, too"},
                {"keep the key in a file that nobody else can read"});
    return false;
  }
  if (identity.chain.empty() || identity.key.empty()) return false;
  const IdentityProblem problem = tls::check_identity(identity.chain, identity.key, role);
  if (problem == IdentityProblem::None) return true;
  const Spot& where = tls::is_of_key(problem) ? key : certificate;
  report_.add(where, {"the file ", Shown(where.value()), " ", tls::describe(problem)},
              {remedy(problem)});
  return false;
}

std::span<const tls::TrustAnchor> Loader::load_anchors(const Spot& file) {
  if (!file.value().is(json::Type::String)) return {};
  const std::span<char> text = scratch_text(anchors_file_bytes_max);
  std::size_t size = 0;
  constexpr std::string_view content = "the authorities' certificates in PEM";
  const FileProblem problem = files_.read_text(file.text(), text, size);
  if (problem != FileProblem::None) {
    report_file(file, problem, content, text);
    return {};
  }
  const auto anchors = tls::read_anchors({text.data(), size}, tls::BrokenAnchor::Refused, arena_);
  if (anchors) return *anchors;
  switch (anchors.error()) {
    case tls::AnchorProblem::NoCertificate:
      report_.add(file, {"the file ", Shown(file.value()), " has no certificate in PEM"},
                  {"write ", content, " into it"});
      break;
    case tls::AnchorProblem::Broken:
      report_.add(file, {"the file ", Shown(file.value()), " has a certificate that is broken"},
                  {"write ", content, " into it"});
      break;
    case tls::AnchorProblem::NoMemory:
      no_memory_ = true;
      break;
  }
  return {};
}

// Read when the first asks, and shared by all who do.
std::span<const tls::TrustAnchor> Loader::system_anchors(const Spot& where) {
  if (!system_anchors_.empty()) return system_anchors_;
  const std::span<char> text = scratch_text(anchors_file_bytes_max);
  std::size_t size = 0;
  if (files_.read_system_anchors(text, size) == FileProblem::None) {
    const auto anchors = tls::read_anchors({text.data(), size}, tls::BrokenAnchor::Skipped, arena_);
    if (anchors) return system_anchors_ = *anchors;
    no_memory_ |= anchors.error() == tls::AnchorProblem::NoMemory;
  }
  report_.add(where.member("ca_file"),
              {"is missing, and this system has no list of authorities that can be read"},
              {"add the file with the authorities' certificates, or install ca-certificates"});
  return {};
}

}  // namespace postern::config
