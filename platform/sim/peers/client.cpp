#include "platform/sim/peers/client.hpp"

#include <utility>

namespace postern::platform::sim {

void Client::opened(Wire& wire) {
  wire_ = &wire;
  opened_at_ = world_.now();
  reader_.expect_no_body(!head_requests.empty() && head_requests[0]);
  run();
}

void Client::received(Wire& /*wire*/, std::string_view bytes) {
  if (tunnelling_) {
    tunnel_ += bytes;
  } else {
    reader_.feed(bytes);
    read_answers();
  }
  run();
}

void Client::ended(Wire& wire) {
  reader_.end();
  read_answers();
  finish(End::Clean);
  wire.close();
}

void Client::lost(Wire& /*wire*/) { finish(End::Lost); }

void Client::finish(End how) {
  if (end_ != End::Open) return;
  end_ = how;
  ended_at_ = world_.now();
  cut_short_ = !tunnelling_ && reader_.inside_message();
}

void Client::read_answers() {
  while (const auto message = reader_.take()) {
    const int status = message->status();
    if (status >= 100 && status < 200 && status != 101) {
      ++interim_count_;
      continue;
    }
    answers_.push_back({*message, world_.now()});
    if (status == 101) {
      tunnelling_ = true;
      tunnel_ += reader_.take_rest();
      return;
    }
    const std::size_t next = answers_.size();
    reader_.expect_no_body(next < head_requests.size() && head_requests[next]);
  }
}

void Client::run() {
  while (end_ == End::Open && !waiting_ && next_ < script_.size()) {
    if (!perform(script_[next_])) return;
    ++next_;
    waited_ = false;
  }
  if (end_ == End::Open && script_over() && !stays && wire_ != nullptr) {
    wire_->close();
    finish(End::Ours);
  }
}

bool Client::perform(const Step& step) {
  switch (step.kind) {
    case Step::Kind::Send:
      sent_at_ = world_.now();
      if (step.gap.us == 0) {
        wire_->send(step.bytes);
        return true;
      }
      if (trickled_ == step.bytes.size()) {
        trickled_ = 0;
        return true;
      }
      wire_->send(std::string_view(step.bytes).substr(trickled_++, 1));
      wait(step.gap);
      return false;
    case Step::Kind::Pause:
      if (!waited_) wait(step.gap);
      return std::exchange(waited_, true);
    case Step::Kind::AwaitAnswers:
      return answers_.size() >= step.count;
    case Step::Kind::AwaitInterim:
      return answers_.size() + interim_count_ >= step.count;
    case Step::Kind::ReadSlowly:
      wire_->read_slowly(step.count, step.gap);
      return true;
    case Step::Kind::Finish:
      wire_->finish();
      return true;
    case Step::Kind::Close:
      wire_->close();
      finish(End::Ours);
      return true;
    case Step::Kind::Reset:
      wire_->reset();
      finish(End::Ours);
      return true;
  }
  return true;
}

void Client::wait(Duration gap) {
  waiting_ = true;
  world_.after(gap, [self = shared_from_this()] {
    self->waiting_ = false;
    self->run();
  });
}

}  // namespace postern::platform::sim
