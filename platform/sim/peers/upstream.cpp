#include "platform/sim/peers/upstream.hpp"

#include <algorithm>
#include <cstdio>

namespace postern::platform::sim {
namespace {

constexpr std::size_t chunk_bytes_max = 700;
constexpr Duration idle_before_vanishing = milliseconds(5);

std::string chunked(std::string_view body) {
  std::string text;
  for (std::size_t size = 1; !body.empty(); size = std::min(size * 3, chunk_bytes_max)) {
    const std::string_view piece = body.substr(0, size);
    char digits[20];
    std::snprintf(digits, sizeof digits, "%zx\r\n", piece.size());
    text.append(digits).append(piece).append("\r\n");
    body.remove_prefix(piece.size());
  }
  return text + "0\r\n\r\n";
}

std::string head_of(const Upstream::Answer& answer, bool for_head_request) {
  std::string text;
  for (unsigned i = 0; i < answer.interim_count; ++i) {
    text += "HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n";
  }
  text += "HTTP/1.1 " + std::to_string(answer.status) + " Whatever\r\n";
  for (const auto& [name, value] : answer.fields) text += name + ": " + value + "\r\n";
  if (answer.close) text += "Connection: close\r\n";
  switch (answer.framing) {
    case Upstream::Answer::Framing::Length:
      text += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n";
      break;
    case Upstream::Answer::Framing::Chunked:
      text += "Transfer-Encoding: chunked\r\n";
      break;
    case Upstream::Answer::Framing::UntilEnd:
      if (for_head_request) text += "Connection: close\r\n";
      break;
    case Upstream::Answer::Framing::None:
      break;
  }
  return text + "\r\n";
}

std::string bytes_of(const Upstream::Answer& answer, bool for_head_request) {
  std::string head = head_of(answer, for_head_request);
  if (for_head_request || answer.framing == Upstream::Answer::Framing::None) return head;
  return head + (answer.framing == Upstream::Answer::Framing::Chunked ? chunked(answer.body)
                                                                      : answer.body);
}

}  // namespace

bool Upstream::Answer::dies(bool for_head_request) const {
  return dies_after < bytes_of(*this, for_head_request).size();
}

/// One connection to the upstream: requests one after the other, each answered before the next is
/// read.
class Upstream::Conversation final : public Peer,
                                     public std::enable_shared_from_this<Conversation> {
 public:
  explicit Conversation(Upstream& upstream) : upstream_(upstream) {}

  void opened(Wire& wire) override { wire_ = &wire; }

  void received(Wire& wire, std::string_view bytes) override {
    if (tunnel_) return wire.send(bytes);
    reader_.feed(bytes);
    read();
    if (!reader_.broken().empty()) {
      upstream_.world_.report("upstream got " + reader_.broken());
    }
  }

  void ended(Wire& wire) override {
    if (tunnel_) {
      wire.finish();
    } else {
      wire.close();
    }
  }
  void lost(Wire& /*wire*/) override { wire_ = nullptr; }

 private:
  void read() {
    if (const Message* head = reader_.head(); head != nullptr && seen_ == nullptr) begin(*head);
    const auto whole = reader_.take();
    if (!whole.has_value()) return;
    if (seen_ == nullptr) begin(*whole);
    seen_->message = *whole;
    seen_->whole = true;
    if (!answer_.early) start_answer();
    request_over_ = true;
    finish_exchange();
  }

  void begin(const Message& head) {
    seen_ = &upstream_.seen_.emplace_back(Seen{head, upstream_.world_.now()});
    answer_ = upstream_.plan_(head);
    request_over_ = answer_over_ = false;
    if (answer_.early) return start_answer();
    if (head.field("Expect") != nullptr) wire_->send("HTTP/1.1 100 Continue\r\n\r\n");
  }

  void start_answer() {
    upstream_.world_.after(answer_.delay, [self = shared_from_this()] { self->say(); });
  }

  void say() {
    if (answer_.silent || wire_ == nullptr) return;
    if (answer_.tunnel) {
      tunnel_ = true;
      wire_->send(
          "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n" +
          reader_.take_rest());
      return;
    }
    const bool for_head_request = seen_->message.method() == "HEAD";
    std::string text = bytes_of(answer_, for_head_request);
    dies_ = answer_.dies(for_head_request);
    if (dies_) text.resize(answer_.dies_after);
    const std::size_t first = answer_.gap.us > 0 ? text.size() / 2 : text.size();
    wire_->send(std::string_view(text).substr(0, first));
    if (first == text.size()) return said();
    upstream_.world_.after(answer_.gap, [self = shared_from_this(), rest = text.substr(first)] {
      if (self->wire_ == nullptr) return;
      self->wire_->send(rest);
      self->said();
    });
  }

  void said() {
    if (dies_ && !answer_.dies_by_fin) return wire_->reset();
    if (dies_ || answer_.close || answer_.framing == Answer::Framing::UntilEnd) {
      return answer_.torn ? wire_->break_off() : wire_->close();
    }
    if (answer_.vanish_idle) {
      upstream_.world_.after(idle_before_vanishing, [self = shared_from_this()] {
        const bool idle = self->seen_ == nullptr;  // not meanwhile at the next request
        if (idle && self->wire_ != nullptr) self->wire_->close();
      });
    }
    answer_over_ = true;
    finish_exchange();
  }

  void finish_exchange() {
    if (!request_over_ || !answer_over_) return;
    seen_ = nullptr;
    read();  // what was pipelined meanwhile, though the gateway never should
  }

  Upstream& upstream_;
  MessageReader reader_{MessageReader::Kind::Request};
  Wire* wire_ = nullptr;
  Seen* seen_ = nullptr;  ///< The request being received or answered.
  Answer answer_;
  bool request_over_ = false;
  bool answer_over_ = false;
  bool dies_ = false;
  bool tunnel_ = false;
};

std::shared_ptr<Peer> Upstream::answer() { return std::make_shared<Conversation>(*this); }

}  // namespace postern::platform::sim
