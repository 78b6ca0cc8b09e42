#include "tests/simulation/story_clients.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace postern::simulation {
namespace {

using platform::sim::Client;
using platform::sim::Random;
using platform::sim::Upstream;
using Kind = Client::Step::Kind;

Client::Step send(std::string bytes, Duration gap = {}) {
  return {Kind::Send, std::move(bytes), gap, 0};
}
Client::Step pause(Duration gap) { return {Kind::Pause, {}, gap, 0}; }
Client::Step await(std::size_t count) { return {Kind::AwaitAnswers, {}, {}, count}; }
Client::Step just(Kind kind) { return {kind, {}, {}, 0}; }

std::size_t draw_size(Random& random) {
  switch (random.below(6)) {
    case 0:
      return 0;
    case 1:
      return random.below(10);
    case 2:
    case 3:
      return random.below(500);
    case 4:
      return random.below(9000);
    default:
      return random.below(60'000);
  }
}

Upstream::Answer draw_answer(const Request& request, Random& random) {
  using Framing = Upstream::Answer::Framing;
  Upstream::Answer answer;
  answer.fields = {{"X-Answer", std::to_string(request.id)}, {"Content-Type", "text/plain"}};
  answer.body = pattern(request.id + 1'000'000, draw_size(random));
  constexpr std::array framings{Framing::Length, Framing::Chunked, Framing::UntilEnd,
                                Framing::None};
  answer.framing = framings[random.below(framings.size())];
  if (answer.framing == Framing::None) {
    answer.status = random.chance(500) ? 204 : 304;
    answer.body.clear();
  } else if (random.chance(200)) {
    constexpr std::array statuses{201, 302, 400, 401, 404, 500, 503};
    answer.status = statuses[random.below(statuses.size())];
  }
  if (random.chance(150)) answer.interim_count = 1 + static_cast<unsigned>(random.below(3));
  if (random.chance(300)) answer.delay = milliseconds(random.between(1, 900));
  if (random.chance(100)) answer.gap = milliseconds(random.between(1, 900));
  if (random.chance(60)) answer.silent = true;
  if (random.chance(80)) answer.dies_after = random.below(answer.body.size() + 200);
  answer.dies_by_fin = random.chance(500);
  if (random.chance(150)) answer.close = true;
  if (random.chance(200)) answer.vanish_idle = true;
  if (random.chance(100)) {
    answer.fields.emplace_back("Connection", "X-Up-Hop");
    answer.fields.emplace_back("X-Up-Hop", "hop");
  }
  return answer;
}

std::string path_of(Endpoint endpoint) {
  switch (endpoint) {
    case Endpoint::Public:
      return "/public/";
    case Endpoint::Read:
      return "/read/";
    case Endpoint::Write:
      return "/write/";
    case Endpoint::Jwt:
      return "/jwt/";
    case Endpoint::Both:
      return "/both/";
    case Endpoint::Id:
      return "/id/";
    case Endpoint::Missing:
      return "/missing/";
  }
  return "/";
}

/// Fields that would mislead the upstream, were they forwarded.
std::string forged_fields(Random& random) {
  constexpr std::array names{"X-Subject",           "x-subject",        "X_Subject",
                             "x_SUBJECT",           "Forwarded",        "X-Forwarded-For",
                             "X-Real-IP",           "X_Forwarded_Host", "Keep-Alive",
                             "Proxy-Authorization", "x-forwarded-proto"};
  std::string text;
  for (std::size_t i = random.below(4); i > 0; --i) {
    text += std::string(names[random.below(names.size())]) + ": " + forged + "\r\n";
  }
  if (random.chance(150)) text += std::string("Connection: X-Hop\r\nX-Hop: ") + forged + "\r\n";
  return text;
}

std::string chunked(const std::string& body, Random& random) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t size = std::min(body.size() - at, 1 + random.below(4000));
    std::string hex;
    for (std::size_t rest = size; rest > 0; rest /= 16) hex.insert(hex.begin(), digits[rest % 16]);
    text += hex + "\r\n" + body.substr(at, size) + "\r\n";
    at += size;
  }
  return text + "0\r\n\r\n";
}

void draw_body(Request& request, std::string& head, Random& random) {
  request.body = pattern(request.id, draw_size(random));
  if (request.method == "GET" || request.method == "HEAD") request.body.clear();
  const bool framed = !request.body.empty() || request.method == "POST";
  if (!framed) {
    request.bytes = head + "\r\n";
    return;
  }
  const bool in_chunks = random.chance(400);
  if (random.chance(150)) head += "Expect: 100-continue\r\n";
  head += in_chunks ? "Transfer-Encoding: chunked\r\n"
                    : "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  head += "\r\n";
  if (head.find("Expect:") != std::string::npos && random.chance(700)) request.expectation = head;
  request.bytes = head + (in_chunks ? chunked(request.body, random) : request.body);
}

/// A token that is there to be had: of the kind the endpoint expects, or any.
std::size_t draw_token(const Story& story, const ClientStory& client, Endpoint endpoint,
                       Random& random) {
  const bool fitting = random.chance(800);
  std::vector<std::size_t> choice;
  for (std::size_t i = 0; i < story.tokens.size(); ++i) {
    const Token& token = story.tokens[i];
    if (token.kid.starts_with("late-") && client.starts <= story.keys.added) continue;
    bool fits = !token.is_jws;
    if (endpoint == Endpoint::Jwt || endpoint == Endpoint::Both)
      fits = token.is_jws && token.issuer == Issuer::Signer;
    if (endpoint == Endpoint::Id) fits = !token.is_jws || token.issuer == Issuer::People;
    if (fits || !fitting) choice.push_back(i);
  }
  return choice.empty() ? Request::no_token : random.pick(choice);
}

/// Request line, Host and Authorization.
std::string head_of(const Story& story, const Request& request) {
  std::string head = request.method + " " + path_of(request.endpoint) +
                     "item?n=" + std::to_string(request.id) + " HTTP/1.1\r\nHost: gateway\r\n";
  if (request.token != Request::no_token) {
    head += "Authorization: Bearer " + story.tokens[request.token].text + "\r\n";
  }
  return head;
}

Request& add_request(Story& story, const ClientStory& client, Random& random) {
  Request& request = story.requests.emplace_back();
  request.id = story.requests.size() - 1;
  request.client = story.clients.size();
  constexpr std::array endpoints{Endpoint::Public, Endpoint::Read,   Endpoint::Read,
                                 Endpoint::Write,  Endpoint::Write,  Endpoint::Jwt,
                                 Endpoint::Jwt,    Endpoint::Jwt,    Endpoint::Id,
                                 Endpoint::Id,     Endpoint::Missing};
  request.endpoint = endpoints[random.below(endpoints.size())];
  if (random.chance(850)) request.token = draw_token(story, client, request.endpoint, random);
  constexpr std::array methods{"GET", "GET", "GET", "HEAD", "PUT", "DELETE", "POST", "POST"};
  request.method = methods[random.below(methods.size())];

  std::string head = head_of(story, request) + forged_fields(random);
  draw_body(request, head, random);
  request.answer = draw_answer(request, random);
  return request;
}

/// Requests one after the other, each answered before the next is sent.
void be_polite(Story& story, ClientStory& client, Random& random) {
  for (std::size_t i = 1 + random.below(5); i > 0; --i) {
    const Request& request = add_request(story, client, random);
    client.requests.push_back(request.id);
    if (request.expectation.empty()) {
      client.script.push_back(send(request.bytes));
    } else {
      client.script.push_back(send(request.expectation));
      client.script.push_back({Kind::AwaitInterim, {}, {}, client.requests.size()});
      client.script.push_back(send(request.bytes.substr(request.expectation.size())));
    }
    client.script.push_back(await(client.requests.size()));
    if (random.chance(300)) client.script.push_back(pause(milliseconds(random.between(1, 3000))));
  }
}

/// The same token again and again, over a time in which keys come and go.
void keep_asking(Story& story, ClientStory& client, Random& random) {
  constexpr std::array endpoints{Endpoint::Jwt, Endpoint::Jwt, Endpoint::Both, Endpoint::Id};
  const Endpoint endpoint = endpoints[random.below(endpoints.size())];
  const std::size_t token = draw_token(story, client, endpoint, random);
  for (std::size_t i = 5 + random.below(10); i > 0; --i) {
    Request& request = add_request(story, client, random);
    request.endpoint = endpoint;
    request.token = token;
    request.method = "GET";
    request.body.clear();
    request.expectation.clear();
    request.bytes = head_of(story, request) + "\r\n";
    client.requests.push_back(request.id);
    client.script.push_back(send(request.bytes));
    client.script.push_back(await(client.requests.size()));
    client.script.push_back(pause(milliseconds(random.between(100, 8000))));
  }
}

/// All requests at once.
void pipeline(Story& story, ClientStory& client, Random& random) {
  std::string bytes;
  for (std::size_t i = 2 + random.below(4); i > 0; --i) {
    const Request& request = add_request(story, client, random);
    client.requests.push_back(request.id);
    bytes += request.bytes;
  }
  client.script = {send(bytes), await(client.requests.size())};
}

/// Leaves in the middle of a request or of its answer.
void leave_early(Story& story, ClientStory& client, Random& random) {
  be_polite(story, client, random);
  Request& last = story.requests[client.requests.back()];
  client.polite = false;
  while (client.script.back().kind != Kind::Send) client.script.pop_back();
  std::string& bytes = client.script.back().bytes;
  if (!bytes.empty()) bytes.resize(random.below(bytes.size() + 1));
  std::size_t sent = 0;  // of the last request, which may have been sent in two parts
  for (auto step = client.script.rbegin(); step != client.script.rend(); ++step) {
    if (step->kind == Kind::AwaitAnswers) break;
    if (step->kind == Kind::Send) sent += step->bytes.size();
  }
  last.complete = sent == last.bytes.size();
  if (random.chance(500)) client.script.push_back(pause(milliseconds(random.between(0, 300))));
  constexpr std::array ways{Kind::Close, Kind::Reset, Kind::Finish};
  client.script.push_back(just(ways[random.below(ways.size())]));
  client.stays = true;  // after Finish: waits for whatever comes
}

/// Bytes that are no legal request. Nothing of them may go anywhere.
void talk_nonsense(Story& story, ClientStory& client, Random& random) {
  Request& request = add_request(story, client, random);
  client.requests.push_back(request.id);
  client.polite = false;
  client.stays = true;
  const std::string start =
      " /public/item?n=" + std::to_string(request.id) + " HTTP/1.1\r\nHost: gateway\r\n";
  const std::array<std::pair<std::string, int>, 10> nonsense{{
      {"GET" + start + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"POST" + start + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400},
      {"GET" + start + " folded\r\n\r\n", 400},
      {"GET" + start + "Name : value\r\n\r\n", 400},
      {"POST" + start + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400},
      {"GET" + start + "X: a\rb\r\n\r\n", 400},
      {"GET /public/..%2f..%2fetc?n=" + std::to_string(request.id) + " HTTP/1.1\r\nHost: a\r\n\r\n",
       400},
      {"GET /public/%zz?n=" + std::to_string(request.id) + " HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"POST" + start + "Expect: miracle\r\nContent-Length: 0\r\n\r\n", 417},
      {"\x16\x03\x01\x02\x01\x01\xfc\x03\x03 a TLS client hello\r\n\r\n", 400},
  }};
  const auto& [bytes, status] = nonsense[random.below(nonsense.size())];
  request.malformed_status = status;
  request.method = bytes.substr(0, bytes.find(' '));
  request.bytes = bytes;
  client.script = {send(request.bytes), await(1)};
}

/// One byte now and then, for ever, or nothing at all.
void dawdle(Story& story, ClientStory& client, Random& random) {
  client.polite = false;
  client.stays = true;
  if (random.chance(300)) return;
  Request& request = add_request(story, client, random);
  client.requests.push_back(request.id);
  request.complete = false;
  request.bytes.pop_back();
  client.script = {send(request.bytes, milliseconds(random.between(200, 3000)))};
}

/// Asks properly and reads the answers drop by drop, or not at all.
void read_slowly(Story& story, ClientStory& client, Random& random) {
  pipeline(story, client, random);
  client.polite = false;
  client.stays = true;
  const std::size_t grain = random.chance(300) ? 0 : 1 + random.below(200);
  client.script.insert(client.script.begin(),
                       {Kind::ReadSlowly, {}, milliseconds(random.between(1, 50)), grain});
}

/// A WebSocket: after 101 bytes go through both ways.
void upgrade(Story& story, ClientStory& client, Random& random) {
  Request& request = add_request(story, client, random);
  client.requests.push_back(request.id);
  request.endpoint = Endpoint::Public;
  request.method = "GET";
  request.body = pattern(request.id, draw_size(random));  // the tunnel's
  request.upgrade = true;
  request.answer = {};
  request.answer.tunnel = true;
  request.bytes =
      "GET /public/item?n=" + std::to_string(request.id) +
      " HTTP/1.1\r\nHost: gateway\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  client.stays = true;
  client.script = {send(request.bytes), await(1), send(request.body), just(Kind::Finish)};
}

}  // namespace

void add_client(Story& story, Random& random) {
  ClientStory client;
  client.engine = random.below(story.engine_count);
  client.starts = microseconds(random.between(0, story.length.us));
  switch (random.below(13)) {
    case 0:
      dawdle(story, client, random);
      break;
    case 1:
      talk_nonsense(story, client, random);
      break;
    case 2:
    case 3:
      leave_early(story, client, random);
      break;
    case 4:
      read_slowly(story, client, random);
      break;
    case 5:
      upgrade(story, client, random);
      break;
    case 6:
      keep_asking(story, client, random);
      break;
    case 7:
    case 8:
      pipeline(story, client, random);
      break;
    default:
      be_polite(story, client, random);
      break;
  }
  story.clients.push_back(std::move(client));
}

}  // namespace postern::simulation
