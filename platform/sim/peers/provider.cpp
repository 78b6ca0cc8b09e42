#include "platform/sim/peers/provider.hpp"

#include <algorithm>
#include <cstdlib>

namespace postern::platform::sim {
namespace {

constexpr std::size_t huge_bytes = 200'000;

/// The value of `name` in an application/x-www-form-urlencoded body, decoded; empty when absent.
std::string form_value(std::string_view form, std::string_view name) {
  while (!form.empty()) {
    const std::string_view pair = form.substr(0, form.find('&'));
    form.remove_prefix(std::min(form.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    std::string value;
    for (std::size_t i = equals + 1; i < pair.size(); ++i) {
      if (pair[i] == '%' && i + 2 < pair.size()) {
        const std::string digits(pair.substr(i + 1, 2));
        value += static_cast<char>(std::strtol(digits.c_str(), nullptr, 16));
        i += 2;
      } else {
        value += pair[i] == '+' ? ' ' : pair[i];
      }
    }
    return value;
  }
  return {};
}

std::string answer_bytes(const Provider::Verdict& verdict) {
  std::string text = "HTTP/1.1 " + std::to_string(verdict.status) +
                     " Whatever\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n";
  if (verdict.close) text += "Connection: close\r\n";
  if (!verdict.chunked) {
    return text + "Content-Length: " + std::to_string(verdict.json.size()) + "\r\n\r\n" +
           verdict.json;
  }
  text += "Transfer-Encoding: chunked\r\n\r\n";
  for (const char c : verdict.json) text += std::string("1\r\n") + c + "\r\n";
  return text + "0\r\n\r\n";
}

}  // namespace

/// One connection to the provider: calls one after the other.
class Provider::Conversation final : public Peer,
                                     public std::enable_shared_from_this<Conversation> {
 public:
  explicit Conversation(Provider& provider) : provider_(provider) {}

  void opened(Wire& /*wire*/) override {}

  void received(Wire& wire, std::string_view bytes) override {
    reader_.feed(bytes);
    while (const auto request = reader_.take()) {
      const std::string token = form_value(request->body, "token");
      const auto question = provider_.ask(wire, *request, token);
      const auto found = provider_.verdicts_.find(token);
      const Verdict verdict = found == provider_.verdicts_.end() ? Verdict{} : found->second;
      provider_.world_.after(verdict.delay, [self = shared_from_this(), question, token, verdict] {
        self->provider_.say(*question, token, verdict);
      });
    }
    if (!reader_.broken().empty()) provider_.world_.report("provider got " + reader_.broken());
  }

  void ended(Wire& wire) override { wire.close(); }
  void lost(Wire& /*wire*/) override {}

 private:
  Provider& provider_;
  MessageReader reader_{MessageReader::Kind::Request};
};

std::shared_ptr<Peer> Provider::answer() { return std::make_shared<Conversation>(*this); }

std::shared_ptr<Provider::Question> Provider::ask(Wire& wire, const Message& request,
                                                  const std::string& token) {
  calls_.push_back({token, world_.now()});
  const std::string* authorization = request.field("Authorization");
  if (token.empty() || request.method() != "POST" || authorization == nullptr ||
      *authorization != authorization_) {
    world_.report("malformed introspection call: " + request.start_line);
  }
  auto& questions = questions_[token];
  std::erase_if(questions, [](const auto& q) { return q->over || q->wire->abandoned(); });
  if (!questions.empty()) world_.report("two calls at a time about the same token");
  questions.push_back(std::make_shared<Question>(Question{&wire}));
  return questions.back();
}

void Provider::say(Question& question, const std::string& token, const Verdict& verdict) {
  if (verdict.kind == Verdict::Kind::Silent) return;
  question.over = true;
  if (question.wire->abandoned()) return;
  Wire& wire = *question.wire;
  const std::string text = answer_bytes(verdict);
  switch (verdict.kind) {
    case Verdict::Kind::Json:
      if (verdict.active) active_answers_[token].push_back(world_.now());
      wire.send(text);
      if (verdict.close) wire.close();
      return;
    case Verdict::Kind::Garbage:
      wire.send("\x01\x02 nothing like HTTP\r\n\r\n");
      return;
    case Verdict::Kind::Truncated:
      wire.send(std::string_view(text).substr(0, text.size() - 3));
      wire.close();
      return;
    case Verdict::Kind::Vanish:
      wire.reset();
      return;
    case Verdict::Kind::Huge:
      wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(huge_bytes) + "\r\n\r\n" +
                std::string(huge_bytes, ' '));
      return;
    case Verdict::Kind::Silent:
      return;
  }
}

std::size_t Provider::calls_for(std::string_view token) const {
  return static_cast<std::size_t>(std::count_if(
      calls_.begin(), calls_.end(), [&](const Call& call) { return call.token == token; }));
}

bool Provider::said_active(const std::string& token, MonotonicTime from, MonotonicTime to) const {
  const auto found = active_answers_.find(token);
  return found != active_answers_.end() &&
         std::any_of(found->second.begin(), found->second.end(),
                     [&](MonotonicTime at) { return from <= at && at <= to; });
}

}  // namespace postern::platform::sim
