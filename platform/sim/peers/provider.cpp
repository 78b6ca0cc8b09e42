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
  std::string text =
      "HTTP/1.1 " + std::to_string(verdict.status) +
      " Whatever\r\nContent-Type: application/json\r\nCache-Control: " + verdict.cache_control +
      "\r\n";
  if (verdict.close) text += "Connection: close\r\n";
  if (!verdict.chunked) {
    return text + "Content-Length: " + std::to_string(verdict.json.size()) + "\r\n\r\n" +
           verdict.json;
  }
  text += "Transfer-Encoding: chunked\r\n\r\n";
  for (const char c : verdict.json) text += std::string("1\r\n") + c + "\r\n";
  return text + "0\r\n\r\n";
}

Provider::Subject subject_of(const Message& request) {
  constexpr std::string_view scheme = "Bearer ";
  const std::string* authorization = request.field("Authorization");
  const bool bears = authorization != nullptr && authorization->starts_with(scheme);
  return {request.target(),
          bears ? authorization->substr(scheme.size()) : form_value(request.body, "token")};
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
      const Subject about = subject_of(*request);
      provider_.check(*request, about);
      const auto question = provider_.ask(wire, about, calls_++ > 0);
      const Verdict verdict = provider_.verdict(about);
      provider_.world_.after(verdict.delay, [self = shared_from_this(), question, about, verdict] {
        self->provider_.say(*question, about, verdict);
      });
    }
    if (!reader_.broken().empty()) provider_.world_.report("provider got " + reader_.broken());
  }

  void ended(Wire& wire) override { wire.close(); }
  void lost(Wire& /*wire*/) override {}

 private:
  Provider& provider_;
  MessageReader reader_{MessageReader::Kind::Request};
  unsigned calls_ = 0;
};

std::shared_ptr<Peer> Provider::answer() { return std::make_shared<Conversation>(*this); }

/// Nobody gets more than the call needs: a document is asked for without any secret.
void Provider::check(const Message& request, const Subject& about) {
  const auto service = services_.find(about.path);
  const std::string* authorization = request.field("Authorization");
  bool good = service != services_.end();
  if (good) {
    switch (service->second) {
      case Service::Introspection:
        good = request.method() == "POST" && !about.token.empty() && authorization != nullptr &&
               *authorization == authorization_;
        break;
      case Service::UserInfo:
        good = request.method() == "GET" && !about.token.empty() && request.body.empty();
        break;
      case Service::Document:
        good = request.method() == "GET" && authorization == nullptr && request.body.empty();
        break;
    }
  }
  if (!good) world_.report("malformed call: " + request.start_line);
}

std::shared_ptr<Provider::Question> Provider::ask(Wire& wire, const Subject& about, bool reused) {
  calls_.push_back({about, world_.now(), reused});
  auto& questions = questions_[about];
  std::erase_if(questions, [](const auto& q) { return q->over || q->wire->abandoned(); });
  if (!questions.empty()) world_.report("the same is asked twice at a time: " + about.path);
  questions.push_back(std::make_shared<Question>(Question{&wire}));
  return questions.back();
}

Provider::Verdict Provider::verdict(const Subject& about) const {
  const auto found = verdicts_.find(about);
  if (found != verdicts_.end()) return found->second;
  Verdict refusal;
  const auto service = services_.find(about.path);
  if (service == services_.end() || service->second == Service::Document) {
    refusal.status = 404;
  } else if (service->second == Service::UserInfo) {
    refusal.status = 401;
  }
  return refusal;
}

void Provider::say(Question& question, const Subject& about, const Verdict& verdict) {
  if (verdict.kind == Verdict::Kind::Silent) return;
  question.over = true;
  if (question.wire->abandoned()) return;
  Wire& wire = *question.wire;
  const std::string text = answer_bytes(verdict);
  switch (verdict.kind) {
    case Verdict::Kind::Json:
      if (verdict.good) good_answers_[about].push_back({world_.now(), verdict.json});
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

std::vector<MonotonicTime> Provider::calls_about(const Subject& about) const {
  std::vector<MonotonicTime> times;
  for (const Call& call : calls_) {
    if (call.about == about) times.push_back(call.at);
  }
  return times;
}

std::span<const Provider::GoodAnswer> Provider::good_answers(const Subject& about) const {
  const auto found = good_answers_.find(about);
  if (found == good_answers_.end()) return {};
  return found->second;
}

bool Provider::said_good(const Subject& about, MonotonicTime from, MonotonicTime to) const {
  const auto answers = good_answers(about);
  return std::any_of(answers.begin(), answers.end(), [&](const GoodAnswer& answer) {
    return from <= answer.at && answer.at <= to;
  });
}

}  // namespace postern::platform::sim
