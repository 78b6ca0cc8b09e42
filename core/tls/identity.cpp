#include "core/tls/identity.hpp"

#include <algorithm>

#include "core/tls/certificate_names.hpp"
#include "core/tls/parsed_identity.hpp"

namespace postern::tls {

IdentityProblem check_identity(std::span<const std::byte> chain, std::span<const std::byte> key,
                               Role role) {
  return ParsedIdentity().parse(chain, key, role);
}

std::string_view describe(IdentityProblem problem) {
  switch (problem) {
    case IdentityProblem::None:
      return "is well";
    case IdentityProblem::NoCertificate:
      return "has no certificate in PEM";
    case IdentityProblem::BrokenCertificate:
      return "has a certificate that is broken or of an unknown kind";
    case IdentityProblem::CertificateKind:
      return "has a certificate of a kind that is not taken";
    case IdentityProblem::WrongUsage:
      return "has a certificate that is made for another use";
    case IdentityProblem::ChainOrder:
      return "has its certificates in another order than issued";
    case IdentityProblem::ChainTooLong:
      return "has a chain that is too long";
    case IdentityProblem::NoKey:
      return "has no private key in PEM";
    case IdentityProblem::EncryptedKey:
      return "has a key that is encrypted";
    case IdentityProblem::BrokenKey:
      return "has a key that cannot be read";
    case IdentityProblem::KeyDoesNotFit:
      return "is not the key of the certificate";
    case IdentityProblem::NoMemory:
      return "cannot be checked: no memory or no random numbers left";
  }
  return {};
}

bool is_of_key(IdentityProblem problem) {
  return problem >= IdentityProblem::NoKey && problem <= IdentityProblem::KeyDoesNotFit;
}

std::string_view shared_name(const Identity& a, const Identity& b, std::span<char> memory) {
  ParsedIdentity first;
  ParsedIdentity second;
  if (first.parse(a.chain, a.key, Role::Server) != IdentityProblem::None ||
      second.parse(b.chain, b.key, Role::Server) != IdentityProblem::None ||
      first.is_rsa() != second.is_rsa()) {
    return {};
  }
  CertificateNames names(*second.chain());
  for (std::string_view name = names.next(); !name.empty(); name = names.next()) {
    if (match_names(*first.chain(), name) != NameMatch::Exact) continue;
    const std::size_t size = std::min(name.size(), memory.size());
    std::copy_n(name.begin(), size, memory.begin());
    return {memory.data(), size};
  }
  return {};
}

}  // namespace postern::tls
