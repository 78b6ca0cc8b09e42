#include "core/policy/error_set.hpp"

#include "core/http/head_writer.hpp"

namespace postern::policy {

namespace {

Answer::Body body_of(config::Errors::Set set) {
  switch (set) {
    case config::Errors::Set::Problem:
      return Answer::Body::Problem;
    case config::Errors::Set::Plain:
      return Answer::Body::Plain;
    case config::Errors::Set::Empty:
      return Answer::Body::Empty;
  }
  return Answer::Body::Empty;
}

Challenge challenge_for(std::uint16_t status, const StandardAnswer& standard) {
  if (status == standard.status) return standard.challenge;
  return status == 401 ? Challenge::Plain : Challenge::None;
}

void replace(Answer& answer, const config::ErrorAnswer& wish, const StandardAnswer& standard) {
  if (wish.status != 0) answer.status = wish.status;
  answer.challenge = challenge_for(answer.status, standard);
  if (!wish.text.empty()) answer.title = wish.text;
  // The standard sentence would contradict another status or text.
  if (wish.status != 0 || !wish.text.empty()) answer.detail = {};
  if (!wish.body) return;
  answer.body = wish.body->empty() ? Answer::Body::Empty : Answer::Body::Verbatim;
  answer.text = *wish.body;
  answer.content_type = wish.content_type.empty() ? "text/plain; charset=utf-8" : wish.content_type;
}

}  // namespace

std::optional<config::ErrorCase> error_case(Situation situation) {
  using config::ErrorCase;
  switch (situation) {
    case Situation::BadRequest:
    case Situation::RequestTimeout:
    case Situation::ContentTooLarge:
    case Situation::TargetTooLong:
    case Situation::ExpectationFailed:
    case Situation::HeadTooLarge:
    case Situation::MethodUnknown:
    case Situation::VersionUnsupported:
      return ErrorCase::BadRequest;
    case Situation::NotFound:
      return ErrorCase::NoMatch;
    case Situation::MethodNotAllowed:
      return ErrorCase::Method;
    case Situation::TokenAbsent:
      return ErrorCase::TokenAbsent;
    case Situation::SeveralTokens:
      return ErrorCase::SeveralTokens;
    case Situation::TokenMalformed:
    case Situation::TokenRefused:
    case Situation::TokenExpired:
    case Situation::TokenNotYetValid:
    case Situation::TokenTooOld:
    case Situation::IssuerMismatch:
    case Situation::AudienceMismatch:
    case Situation::BindingMismatch:
      return ErrorCase::TokenInvalid;
    case Situation::ProofInvalid:
    case Situation::ProofNonce:
      return ErrorCase::Proof;
    case Situation::ProviderRefusal:
      return std::nullopt;  // the provider's answer, not one of ours
    case Situation::NoProvider:
      return ErrorCase::NoProvider;
    case Situation::ScopeMissing:
      return ErrorCase::Scope;
    case Situation::ClaimMismatch:
    case Situation::ClientNotAllowed:
    case Situation::ClaimUnusable:
      return ErrorCase::Forbidden;
    case Situation::RateExceeded:
      return ErrorCase::Rate;
    case Situation::ProviderFault:
      return ErrorCase::Provider;
    case Situation::ClockNotTrusted:
      return ErrorCase::Clock;
    case Situation::Overloaded:
      return ErrorCase::Exhausted;
    case Situation::UpstreamUnreachable:
      return ErrorCase::UpstreamConnect;
    case Situation::UpstreamBroken:
      return ErrorCase::UpstreamBroken;
    case Situation::UpstreamTimeout:
      return ErrorCase::UpstreamTimeout;
    case Situation::Internal:
      return ErrorCase::Internal;
  }
  return std::nullopt;
}

Answer answer_for(const config::Errors& errors, Situation situation) {
  const StandardAnswer& standard = standard_answer(situation);
  Answer answer;
  answer.situation = situation;
  answer.status = standard.status;
  answer.challenge = standard.challenge;
  answer.retry_after = standard.retry_after;
  answer.closes = standard.closes;
  answer.body = body_of(errors.set);
  answer.why = standard.why;
  answer.title = standard.title;
  answer.detail = standard.detail;
  const auto covered_by = error_case(situation);
  const config::ErrorAnswer* wish = covered_by ? errors.answer(*covered_by) : nullptr;
  if (wish != nullptr) replace(answer, *wish, standard);
  return answer;
}

Answer answer_of_provider(const config::Errors& errors, std::uint16_t status,
                          std::string_view message) {
  Answer answer = answer_for(errors, Situation::ProviderRefusal);
  answer.challenge = status == 401 ? answer.challenge : Challenge::None;
  answer.retry_after = status == 429 || status == 503;
  answer.status = status;
  const std::string_view reason = http::reason_phrase(status);
  answer.title = reason.empty() ? "Refused by the identity provider" : reason;
  answer.detail = message;
  answer.is_foreign = true;
  return answer;
}

}  // namespace postern::policy
