#include "core/policy/certificate_binding.hpp"

namespace postern::policy {

CertificateVerdict judge_certificate(config::CertificateBinding rule, const token::Claim& bound_to,
                                     const std::optional<crypto::Thumbprint>& certificate) {
  if (rule == config::CertificateBinding::Off) return CertificateVerdict::Fits;
  if (!bound_to.present() || bound_to.is_null()) {
    return rule == config::CertificateBinding::Required ? CertificateVerdict::Unbound
                                                        : CertificateVerdict::Fits;
  }
  const auto text = bound_to.string();
  const bool fits = text && certificate && crypto::is_spelling_of(*text, *certificate);
  return fits ? CertificateVerdict::Fits : CertificateVerdict::Other;
}

}  // namespace postern::policy
