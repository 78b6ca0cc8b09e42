// Is the token the client's own? A token may be bound to a certificate (RFC 8705) or to a key
// (DPoP, RFC 9449); then who shows it must have that, at every request, be the facts new or
// remembered.
#include <cstring>

#include "core/gateway/client_origin.hpp"
#include "core/gateway/engine.hpp"
#include "core/policy/certificate_binding.hpp"

namespace postern::gateway {
namespace {

token::Claim claim_in(const token::Facts& facts, std::uint16_t slot) {
  return slot == no_slot ? token::Claim() : facts.claim(slot);
}

}  // namespace

// Nothing: it is, or it need not be bound. REQUIRES: there are facts.
std::optional<Stage> Gateway::check_binding(Exchange& x) {
  if (const auto refused = check_certificate(x)) return refused;
  const token::Claim key = claim_in(*request_.facts, config_.standard_slots.key);
  const bool is_bound = key.present() && !key.is_null();
  const bool is_dpop = request_.credential.scheme == token::Scheme::Dpop;
  if (!is_bound && !is_dpop && !x.endpoint->authenticate.dpop.required) return {};
  request_.details.schemes = AnswerDetails::Schemes::Dpop;
  // RFC 9449 section 7.1: without a binding a proof would prove nothing.
  if (!is_bound) return refuse_binding(x, "dpop-unbound");
  // Section 7.2: a thief could use it as a bearer token.
  if (!is_dpop) return refuse_binding(x, "dpop-scheme");
  const auto thumbprint = key.string();
  if (!thumbprint) return refuse_binding(x, "dpop-other-key");
  return check_proof(x, *thumbprint);
}

std::optional<Stage> Gateway::check_certificate(Exchange& x) {
  const auto verdict = policy::judge_certificate(
      x.endpoint->authenticate.binding,
      claim_in(*request_.facts, config_.standard_slots.certificate), client_certificate(x));
  switch (verdict) {
    case policy::CertificateVerdict::Fits:
      return {};
    case policy::CertificateVerdict::Other:
      return refuse_binding(x, "certificate-binding");
    case policy::CertificateVerdict::Unbound:
      return refuse_binding(x, "certificate-unbound");
  }
  return refuse_binding(x, "certificate-binding");
}

std::optional<Stage> Gateway::check_proof(Exchange& x, std::string_view key) {
  const config::Dpop& dpop = x.endpoint->authenticate.dpop;
  const Origin origin = client_origin(request_.head, connections_[x.client].secure, x.by_proxy);
  json_arena_.reset();
  const auto proof =
      token::dpop::check_proof({.head = request_.head,
                                .uri = {origin.secure, origin.authority, request_.target.path()},
                                .token = request_.credential.token,
                                .key = key,
                                .max_age = dpop.max_age,
                                .nonces = dpop.nonce ? &shared_.nonces : nullptr,
                                .clock = clock_,
                                .clock_policy = config_.clock.tokens,
                                .scratch = provider_request_,
                                .arena = json_arena_});
  return proof ? use_proof(x, *proof) : refuse_proof(x, proof.error());
}

// A proof counts once.
std::optional<Stage> Gateway::use_proof(Exchange& x, const token::dpop::Proof& proof) {
  std::array<char, sizeof(crypto::Thumbprint) + token::dpop::id_bytes_max> name;
  ByteWriter out(name);
  out.text(as_text(proof.key));
  out.text(proof.id);
  POSTERN_ASSERT(out.ok());
  const crypto::Tag tag =
      crypto::keyed_tag(shared_.token_key, crypto::TagUse::Proof, 0, out.written());
  switch (shared_.used_proofs.use(tag, clock_.now)) {
    case cache::UsedProofs::Use::First:
      break;
    case cache::UsedProofs::Use::Again:
      counters_.add(Counter::ProofsReplayed);
      return respond(x, policy::Situation::ProofInvalid, "dpop-replay");
    case cache::UsedProofs::Use::Full:
      counters_.add(Counter::ProofsExhausted);
      return respond(x, policy::Situation::Overloaded, "dpop-proofs");
  }
  counters_.add(Counter::ProofsAccepted);
  if (proof.nonce_is_old) {
    x.nonce_is_old = true;
    request_.details.nonce =
        shared_.nonces.current(clock_.now, x.endpoint->authenticate.dpop.max_age);
  }
  return {};
}

Stage Gateway::refuse_proof(Exchange& x, token::dpop::ProofError error) {
  using token::dpop::ProofError;
  if (error == ProofError::ClockUnknown) {
    counters_.add(Counter::ClockRefused);
    return respond(x, policy::Situation::ClockNotTrusted, {});
  }
  if (error == ProofError::NoMemory) {
    return respond(x, policy::Situation::Overloaded, token::dpop::name(error));
  }
  counters_.add(Counter::ProofsRefused);
  const config::Dpop& dpop = x.endpoint->authenticate.dpop;
  if (dpop.nonce) request_.details.nonce = shared_.nonces.current(clock_.now, dpop.max_age);
  policy::Situation situation = policy::Situation::ProofInvalid;
  if (error == ProofError::Nonce) situation = policy::Situation::ProofNonce;
  if (error == ProofError::OtherKey) situation = policy::Situation::BindingMismatch;
  return respond(x, situation, token::dpop::name(error));
}

Stage Gateway::refuse_binding(Exchange& x, std::string_view why) {
  return respond(x, policy::Situation::BindingMismatch, why);
}

}  // namespace postern::gateway
