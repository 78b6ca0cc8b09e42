// Answers the gateway makes itself, and what becomes of the request they answer.
#include "core/gateway/answer_writer.hpp"
#include "core/gateway/engine.hpp"

namespace postern::gateway {
namespace {

// For the case that not even a buffer for an answer is left.
constexpr std::string_view exhausted_answer =
    "HTTP/1.1 503 Service Unavailable\r\n"
    "Retry-After: 1\r\n"
    "Content-Length: 0\r\n"
    "Connection: close\r\n"
    "\r\n";

policy::Situation situation_of(std::uint16_t status) {
  switch (status) {
    case 413:
      return policy::Situation::ContentTooLarge;
    case 414:
      return policy::Situation::TargetTooLong;
    case 417:
      return policy::Situation::ExpectationFailed;
    case 431:
      return policy::Situation::HeadTooLarge;
    case 501:
      return policy::Situation::MethodUnknown;
    case 505:
      return policy::Situation::VersionUnsupported;
    default:
      return policy::Situation::BadRequest;
  }
}

Counter counter_of(std::uint16_t status) {
  switch (status) {
    case 401:
      return Counter::Refused401;
    case 403:
      return Counter::Refused403;
    case 404:
      return Counter::Refused404;
    case 405:
      return Counter::Refused405;
    case 408:
      return Counter::Refused408;
    case 413:
      return Counter::Refused413;
    case 414:
      return Counter::Refused414;
    case 417:
      return Counter::Refused417;
    case 429:
      return Counter::Refused429;
    case 431:
      return Counter::Refused431;
    case 501:
      return Counter::Refused501;
    case 502:
      return Counter::Refused502;
    case 503:
      return Counter::Refused503;
    case 504:
      return Counter::Refused504;
    case 505:
      return Counter::Refused505;
    case 400:
      return Counter::Refused400;
    default:
      return Counter::Refused500;
  }
}

}  // namespace

// The head was not understood, so where the next request begins is not known: the connection
// closes.
Stage Gateway::refuse_head(Exchange& x, const http::HeadRefusal& refusal) {
  x.head_taken = true;  // nothing behind it will be read
  return respond(x, situation_of(refusal.status), refusal.why);
}

Stage Gateway::respond(Exchange& x, policy::Situation situation, std::string_view why) {
  const policy::Answer answer =
      policy::answer_for(x.endpoint != nullptr ? x.endpoint->errors : config_.errors, situation);
  x.why = why.empty() ? answer.why : why;
  counters_.add(counter_of(answer.status));
  return give_answer(x, answer);
}

// The provider refused the token: its status and message are the answer.
Stage Gateway::pass_refusal(Exchange& x, std::uint16_t status, std::string_view message) {
  const policy::Answer answer = policy::answer_of_provider(x.endpoint->errors, status, message);
  x.why = answer.why;
  counters_.add(Counter::ProviderRefusals);
  return give_answer(x, answer);
}

Stage Gateway::give_answer(Exchange& x, const policy::Answer& answer) {
  x.status = answer.status;
  x.answer_begun = true;
  if (!skip_request(x) || answer.closes || draining_) x.keep_alive = false;
  Buffer* out = connections_.borrow_output(x.client);
  bool written = false;
  if (out != nullptr) {
    ByteWriter writer(buffers_.tail(*out, buffers_.capacity()));
    write_answer(writer, answer, request_.details, x.method == http::Method::Head, x.keep_alive,
                 x.client_minor);
    written = writer.ok();
    if (written) out->produce(writer.size());
  }
  if (!written) {
    counters_.add(Counter::BuffersExhausted);
    x.keep_alive = false;
    connections_[x.client].fixed_answer = exhausted_answer;
  }
  connections_.attend(x.client);
  return Stage::Respond;
}

// For a request that is already on its way: answers and ends it.
void Gateway::fail(Exchange& x, policy::Situation situation, std::string_view why) {
  request_.details = {};
  x.stage = respond(x, situation, why);
  step(x);
}

// Uses up what has arrived of the request that is being answered. False: more of it would follow,
// or where it ends is not known; the connection closes instead of waiting for it.
bool Gateway::skip_request(Exchange& x) {
  if (x.head_taken) return x.request_done;
  take_head(x);
  const http::RequestHead& head = request_.head;
  if (head.framing == http::BodyFraming::Chunked) return false;
  Buffer* in = connections_.input(x.client);
  if (head.content_length > in->size()) return false;
  in->consume(static_cast<std::size_t>(head.content_length));
  x.request_done = true;
  return true;
}

void Gateway::take_head(Exchange& x) {
  connections_.input(x.client)->consume(request_.head.head_bytes);
  x.head_taken = true;
}

// No exchange is free: the client learns it without one.
void Gateway::refuse_client(std::uint16_t client) {
  counters_.add(Counter::ExchangesExhausted);
  counters_.add(Counter::Refused503);
  connections_[client].fixed_answer = exhausted_answer;
  Exchange x;  // for its line in the log
  x.client = client;
  x.from = connections_[client].peer;
  x.started = clock_.now;
  x.status = 503;
  x.why = "exchanges";
  record(x);
  close_client(client);
}

}  // namespace postern::gateway
