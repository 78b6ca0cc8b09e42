#include "core/token/connector.hpp"

#include <algorithm>

#include "core/token/jwt/jwt.hpp"
#include "core/token/oauth2/introspection.hpp"
#include "core/token/oidc/userinfo.hpp"

namespace postern::token {

namespace {

struct Row {
  config::Connector which;
  Connector connector;
};

constexpr Row rows[] = {
    {config::Connector::OAuth2, {"oauth2", oauth2::begin, oauth2::answered, false}},
    {config::Connector::Jwt, {"jwt", jwt::begin, jwt::answered, true}},
    {config::Connector::Oidc, {"oidc", oidc::begin, oidc::answered, true}},
};

}  // namespace

const Connector* find_connector(config::Connector which) {
  for (const Row& row : rows) {
    if (row.which == which) return &row.connector;
  }
  return nullptr;
}

std::string_view name(Refusal refusal) {
  switch (refusal) {
    case Refusal::Inactive:
      return "inactive";
    case Refusal::Expired:
      return "expired";
    case Refusal::NotYetValid:
      return "not-yet-valid";
    case Refusal::WrongIssuer:
      return "issuer";
    case Refusal::WrongType:
      return "token-type";
    case Refusal::Malformed:
      return "malformed";
    case Refusal::Algorithm:
      return "algorithm";
    case Refusal::UnknownKey:
      return "unknown-key";
    case Refusal::Signature:
      return "signature";
    case Refusal::TooLarge:
      return "facts-too-large";
    case Refusal::WrongSubject:
      return "subject";
    case Refusal::Bound:
      return "bound";
  }
  return "";
}

Verification Verification::verified(const Facts& facts, Duration lifetime) {
  Verification verification;
  verification.kind = Kind::Verified;
  verification.facts = facts;
  verification.lifetime = lifetime;
  return verification;
}

Verification Verification::refused(Refusal refusal, Duration lifetime) {
  Verification verification;
  verification.kind = Kind::Refused;
  verification.refusal = refusal;
  verification.lifetime = lifetime;
  return verification;
}

Verification Verification::ask(const ProviderRequest& request) {
  Verification verification;
  verification.kind = Kind::Ask;
  verification.request = request;
  return verification;
}

Verification Verification::undecided(ProviderError problem, std::uint32_t retry_after_s) {
  Verification verification;
  verification.kind = Kind::Undecided;
  verification.problem = problem;
  verification.retry_after_s = std::clamp<std::uint32_t>(retry_after_s, 1, retry_after_max_s);
  return verification;
}

Verification Verification::need(Document document, Verification instead) {
  instead.otherwise = instead.kind;
  instead.kind = Kind::Need;
  instead.document = document;
  return instead;
}

Verification Verification::passed(std::uint16_t status, std::string_view message,
                                  std::uint32_t retry_after_s) {
  Verification verification;
  verification.kind = Kind::Passed;
  verification.status = status;
  verification.message = message;
  verification.retry_after_s = std::clamp<std::uint32_t>(retry_after_s, 1, retry_after_max_s);
  return verification;
}

}  // namespace postern::token
