// The walk of a request through its stages, from a complete head to Forward; and its end.
#include <algorithm>
#include <cstring>

#include "core/crypto/digest.hpp"
#include "core/gateway/client_address.hpp"
#include "core/gateway/engine.hpp"
#include "core/http/authority.hpp"
#include "core/policy/authorize.hpp"
#include "core/policy/provider_choice.hpp"
#include "core/token/credential.hpp"

namespace postern::gateway {
namespace {

policy::Situation situation_of(token::CredentialError error) {
  switch (error) {
    case token::CredentialError::Absent:
      return policy::Situation::TokenAbsent;
    case token::CredentialError::Several:
      return policy::Situation::SeveralTokens;
    case token::CredentialError::Malformed:
    case token::CredentialError::TooLong:
      return policy::Situation::TokenMalformed;
  }
  return policy::Situation::Internal;
}

}  // namespace

// Requests of one client are served one after the other; a pipelined one waits in the input buffer
// until the answer before it has left the output buffer.
void Gateway::serve(std::uint16_t client) {
  while (connections_[client].phase == Phase::Open && connections_[client].user == no_slot &&
         !connections_.has_output(client)) {  // else sent() calls again
    const Buffer* in = connections_.input(client);
    if (in != nullptr && !in->empty() && read_head(client)) {
      step(exchange_of(client));
      continue;
    }
    // More must come, which will never be if the client has ended.
    if (connections_[client].phase == Phase::Open && connections_[client].ended)
      close_client(client);
    return;
  }
}

// True: the client has an exchange now, to be stepped.
bool Gateway::read_head(std::uint16_t client) {
  http::HeadRefusal refusal;
  const auto outcome = http::parse_request_head(connections_.input(client)->text(), head_limits_,
                                                request_.head, refusal);
  if (outcome == http::HeadOutcome::NeedMore) {
    Connection& connection = connections_[client];
    // The first head's time runs from accept on; the next one's from its first byte.
    if (!connection.head_timed && connection.served) {
      connections_.start(client, head_timer_, clock_.now);
    }
    connection.head_timed = true;
    return false;
  }
  counters_.add(Counter::Requests);
  Exchange* x = begin_exchange(client);
  if (x == nullptr) return false;
  if (outcome == http::HeadOutcome::Refused) {
    x->stage = refuse_head(*x, refusal);
    return true;
  }
  x->method = request_.head.method;
  x->client_minor = request_.head.minor;
  x->keep_alive = request_.head.keep_alive;
  if (!config_.trusted_proxies.empty() && lies_in(x->from, config_.trusted_proxies)) {
    x->by_proxy = true;
    x->from = client_behind(x->from, request_.head.fields, config_.trusted_proxies);
  }
  return true;
}

// Null: none is free, and the client was told so.
Exchange* Gateway::begin_exchange(std::uint16_t client) {
  const auto slot = exchanges_.acquire();
  if (!slot) {
    refuse_client(client);
    return nullptr;
  }
  Connection& connection = connections_[client];
  connection.user = *slot;
  connection.served = true;
  connection.head_timed = false;
  connections_.cancel(client);
  Exchange& x = exchanges_[*slot];
  x.client = client;
  x.from = connection.peer;
  x.started = clock_.now;
  request_.details = {};
  request_.facts.reset();
  return &x;
}

// A request that waited goes on: its head still stands in the input buffer, whole and accepted
// before, with its credential.
bool Gateway::parse_again(Exchange& x) {
  const Buffer* in = connections_.input(x.client);
  POSTERN_ASSERT(in != nullptr);
  http::HeadRefusal refusal;
  request_.details = {};
  request_.facts.reset();
  return http::parse_request_head(in->text(), head_limits_, request_.head, refusal) ==
             http::HeadOutcome::Complete &&
         normalize_target(x) && !find_credential(x);
}

bool Gateway::normalize_target(const Exchange& x) {
  const bool secure = connections_[x.client].secure;
  const auto target = http::normalize(request_.head.target, target_text_, secure);
  if (target) request_.target = *target;
  return target.has_value();
}

void Gateway::step(Exchange& x) {
  for (;;) {
    switch (x.stage) {
      case Stage::Route:
        x.stage = route(x);
        break;
      case Stage::Credential:
        x.stage = credential(x);
        break;
      case Stage::Facts:
        x.stage = facts(x);
        break;
      case Stage::Policy:
        x.stage = policy(x);
        break;
      case Stage::Forward:
        x.stage = forward(x);
        break;
      case Stage::Relay:
        return start_relay(x);
      case Stage::Respond:
      case Stage::Done:
        return complete(x);
      case Stage::Parked:  // waits for a provider's answer
      case Stage::Tunnel:  // waits for bytes
        return;
    }
  }
}

Stage Gateway::route(Exchange& x) {
  if (!normalize_target(x)) return refuse_head(x, {400, "path"});
  const std::string_view path = request_.target.path();
  x.path_bytes = static_cast<std::uint8_t>(std::min(path.size(), x.path.size()));
  std::memcpy(x.path.data(), path.data(), x.path_bytes);
  const policy::EndpointMatch match =
      shared_.endpoints.find(path, http::without_port(request_.head.host), request_.head.method);
  switch (match.kind) {
    case policy::EndpointMatch::Kind::Found:
      x.endpoint = match.endpoint;
      return x.endpoint->authenticate.connector == config::Connector::None ? Stage::Policy
                                                                           : Stage::Credential;
    case policy::EndpointMatch::Kind::NotFound:
      return respond(x, policy::Situation::NotFound, {});
    case policy::EndpointMatch::Kind::MethodNotAllowed:
      request_.details.allowed = match.allowed;
      return respond(x, policy::Situation::MethodNotAllowed, {});
  }
  return respond(x, policy::Situation::Internal, {});
}

Stage Gateway::credential(Exchange& x) {
  if (const auto error = find_credential(x)) {
    return respond(x, situation_of(*error), token::name(*error));
  }
  const auto provider =
      policy::choose_provider(x.endpoint->authenticate.select, request_.head.fields,
                              http::without_port(request_.head.host), request_.target.path());
  if (!provider) return respond(x, policy::Situation::NoProvider, {});
  request_.provider = *provider;
  return Stage::Facts;
}

// Nothing: it is there. Says, too, by which schemes a challenge shall ask.
std::optional<token::CredentialError> Gateway::find_credential(const Exchange& x) {
  const config::Authenticate& authenticate = x.endpoint->authenticate;
  request_.details.schemes = authenticate.dpop.required ? AnswerDetails::Schemes::Dpop
                             : authenticate.dpop.nonce  ? AnswerDetails::Schemes::Both
                                                        : AnswerDetails::Schemes::Bearer;
  std::string_view query = request_.target.text().substr(request_.target.path().size());
  if (!query.empty()) query.remove_prefix(1);
  const auto found = token::find_credential(authenticate.token_from, request_.head.fields, query,
                                            config_.limits.token_bytes, token_text_);
  if (!found) return found.error();
  request_.credential = *found;
  const bool is_dpop = found->scheme == token::Scheme::Dpop || authenticate.dpop.required;
  request_.details.schemes =
      is_dpop ? AnswerDetails::Schemes::Dpop : AnswerDetails::Schemes::Bearer;
  return {};
}

Stage Gateway::facts(Exchange& x) {
  if (!shared_.revocations.empty() && is_revoked(Revoked::Token, 0, request_.credential.token)) {
    return revoked(x);
  }
  // What one way of verifying has found says nothing to another: each has tags of its own.
  static_assert(config::providers_max <= 64 && config::endpoints_max <= 1024);
  const auto index =
      static_cast<std::uint16_t>(x.endpoint->authenticate.method << 6 | request_.provider);
  request_.tag =
      crypto::keyed_tag(shared_.token_key, crypto::TagUse::Token, index, request_.credential.token);
  const cache::Found found =
      shared_.cache.find(request_.tag, clock_, shared_.cache.generation(), cached_facts_);
  switch (found.kind) {
    case cache::Found::Kind::Hit:
      request_.facts = take_cached(cached_facts_.first(found.size), x.digest);
      if (!request_.facts) break;
      x.has_digest = true;
      x.cache = CacheUse::Hit;
      counters_.add(Counter::CacheHit);
      return Stage::Policy;
    case cache::Found::Kind::Refused:
      x.cache = CacheUse::Refused;
      counters_.add(Counter::CacheHitRefused);
      if (config_.logging.access != config::AccessLog::Off) take_digest(x);
      return respond(x, policy::Situation::TokenRefused, "refused-before");
    case cache::Found::Kind::Miss:
      break;
  }
  x.cache = CacheUse::Miss;
  counters_.add(Counter::CacheMiss);
  take_digest(x);
  return park(x);
}

Stage Gateway::revoked(Exchange& x) {
  counters_.add(Counter::Revoked);
  return respond(x, policy::Situation::TokenRefused, "revoked");
}

void Gateway::take_digest(Exchange& x) const {
  x.digest = crypto::fingerprint(request_.credential.token);
  x.has_digest = true;
}

// Evaluated at every request, whether the facts are new or remembered: behaviour.md, step 8.
Stage Gateway::policy(Exchange& x) {
  if (request_.facts) {
    if (!shared_.revocations.empty() && is_revoked(*request_.facts)) return revoked(x);
    if (const auto refused = check_binding(x)) return *refused;
    const policy::Decision decision =
        policy::authorize(config_, *x.endpoint, *request_.facts, clock_);
    if (decision.refusal) {
      if (*decision.refusal == policy::Situation::ClockNotTrusted) {
        counters_.add(Counter::ClockRefused);
      }
      request_.details.scopes = decision.scopes;
      return respond(x, *decision.refusal, {});
    }
  } else if (x.endpoint->authenticate.connector != config::Connector::None) {
    return respond(x, policy::Situation::Internal, "no-facts");  // no path leads here
  }
  if (x.endpoint->limit && !within_rate(x)) {
    counters_.add(Counter::RateLimited);
    return respond(x, policy::Situation::RateExceeded, {});
  }
  return Stage::Forward;
}

// Counts the request against its bucket: of the claim that the endpoint names, or of the client's
// address where it names none or the token has none.
bool Gateway::within_rate(Exchange& x) {
  const config::RateLimit& limit = *x.endpoint->limit;
  std::string_view key(reinterpret_cast<const char*>(x.from.bytes.data()),
                       x.from.family == Address::Family::V4 ? 4 : x.from.bytes.size());
  std::array<char, 256> claim;
  if (limit.slot != no_slot && request_.facts) {
    ByteWriter text(claim);
    if (request_.facts->claim(limit.slot).text_for_header(text) == token::HeaderText::Written &&
        text.ok()) {
      key = text.written();
    }
  }
  const auto endpoint = static_cast<std::uint16_t>(x.endpoint - config_.endpoints.data());
  const crypto::Tag tag = crypto::keyed_tag(shared_.rate_key, crypto::TagUse::Rate, endpoint, key);
  request_.details.rate =
      shared_.rates.take(tag.low, {limit.requests, limit.per, limit.burst}, clock_.now);
  request_.details.retry_after_s = request_.details.rate.retry_after_s;
  return request_.details.rate.allowed;
}

// The answer stands in the client's output: the connection goes on to the next request, or closes.
void Gateway::complete(Exchange& x) {
  const std::uint16_t client = x.client;
  const bool keep = x.keep_alive && !draining_;
  end_exchange(x);
  if (!keep) return close_client(client);
  // Bounds the reading of this answer, too.
  connections_.start(client, idle_timer_, clock_.now);
}

// Ends an exchange that cannot be answered (any more), and its connection at once.
void Gateway::cut_off(Exchange& x, std::string_view why) {
  const std::uint16_t client = x.client;
  x.why = why;
  end_exchange(x);
  connections_.drop_output(client);
  connections_.abort(client);
}

// Gives back everything the exchange holds, and writes its line. The client's connection is left
// without a user.
void Gateway::end_exchange(Exchange& x) {
  const std::uint16_t client = x.client;
  if (x.lookup != no_slot) leave_lookup(x);
  release_upstream(x, false);
  record(x);
  exchanges_.release(connections_[client].user);
  connections_[client].user = no_slot;
  connections_.input_used(client);
}

}  // namespace postern::gateway
