#include "tests/simulation/fate.hpp"

namespace postern::simulation {

using platform::sim::Upstream;

int fate(const Story& story, const Request& request) {
  if (request.malformed_status != 0) return request.malformed_status;
  if (request.endpoint == Endpoint::Missing) return 404;
  if (request.endpoint == Endpoint::Public) return forwarded;
  const bool writes = request.endpoint == Endpoint::Write;
  if (writes && request.method != "POST" && request.method != "PUT") return 405;
  if (request.token == Request::no_token) return 401;
  const Token& token = story.tokens[request.token];
  if (request.endpoint == Endpoint::Jwt || request.endpoint == Endpoint::Both) {
    if (!is_good_jwt(token, Issuer::Signer)) return 401;
    if (request.endpoint == Endpoint::Both && token.confirmation_status != 0) {
      return token.confirmation_status;
    }
    return token.may_read ? forwarded : 403;
  }
  if (request.endpoint == Endpoint::Id) {
    if (token.is_jws && !is_good_jwt(token, Issuer::People)) return 401;
    return token.userinfo_status;
  }
  if (token.faulty) return 503;
  if (!token.active || token.expired) return 401;
  return (writes ? token.may_write : token.may_read) ? forwarded : 403;
}

bool breaks(const Request& request) {
  const Upstream::Answer& answer = request.answer;
  const bool is_head = request.method == "HEAD";
  const bool until_end = answer.framing == Upstream::Answer::Framing::UntilEnd;
  if (until_end && answer.torn && !is_head) return true;  // nobody said that this was all
  return answer.dies(is_head) && !(until_end && answer.dies_by_fin);
}

bool verifies_here(Endpoint endpoint) {
  return endpoint == Endpoint::Jwt || endpoint == Endpoint::Both || endpoint == Endpoint::Id;
}

Issuer issuer_of(Endpoint endpoint) {
  return endpoint == Endpoint::Id ? Issuer::People : Issuer::Signer;
}

bool is_good_jwt(const Token& token, Issuer issuer) {
  return token.is_jws && token.genuine && token.issuer == issuer;
}

bool keys_decide(const Story& story, const Request& request) {
  if (!verifies_here(request.endpoint)) return false;
  if (request.malformed_status != 0 || request.token == Request::no_token) return false;
  const Token& token = story.tokens[request.token];
  return token.is_jws && !token.keyless;
}

}  // namespace postern::simulation
