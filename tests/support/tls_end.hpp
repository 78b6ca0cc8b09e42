#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/tls/session.hpp"

namespace postern::test {

/// One end of a connection with TLS, for tests that carry records themselves: a session, what has
/// arrived for it, and what it has made. Knows HTTP as little as a session does.
class TlsEnd {
 public:
  enum class State : std::uint8_t { Handshake, Open, Ended, Failed };

  explicit TlsEnd(tls::ServerContext& context) { begun(session_.begin(context)); }
  TlsEnd(tls::ClientContext& context, const tls::PeerName& peer, tls::SavedSession& saved,
         const Clock& clock) {
    begun(session_.begin(context, peer, saved, clock));
  }
  ~TlsEnd() { end(); }
  TlsEnd(const TlsEnd&) = delete;
  TlsEnd& operator=(const TlsEnd&) = delete;

  /// As often as one likes: the session's memory is given back.
  void end() {
    if (!std::exchange(has_ended_, true)) session_.end();
  }

  /// Records from the other end, whole or not; and what there is to be done about them.
  void feed(std::string_view records, const Clock& clock) {
    arrived_ += records;
    go_on(clock);
  }
  /// Whatever can be done now, with so much room for records in each call.
  void go_on(const Clock& clock) {
    if (state_ == State::Handshake) shake_hands(clock);
    if (state_ == State::Open) {
      write_waiting();
      read(clock);
    }
  }
  /// Plain bytes for the other end; before the handshake is over they wait for that.
  void write(std::string_view plain) {
    waiting_ += plain;
    if (state_ == State::Open) write_waiting();
  }
  /// Says that no more will come, when all that waits has been written.
  void close_notify() {
    notifies_ = true;
    if (state_ == State::Open || state_ == State::Ended) write_waiting();
  }

  /// The records that were made since it was asked last.
  std::string take_records() { return std::exchange(made_, {}); }
  /// The plain bytes that have come since it was asked last.
  std::string take_plain() { return std::exchange(plain_, {}); }

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] bool is_open() const { return state_ == State::Open; }
  [[nodiscard]] tls::Failure failure() const { return failure_; }
  [[nodiscard]] std::size_t costly_steps() const { return costly_steps_; }
  [[nodiscard]] const tls::Session& session() const { return session_; }
  tls::Session& session() { return session_; }

  std::size_t room = 16 * 1024;  ///< For records, in each call.
  std::size_t fragment = tls::Session::fragment_max;

 private:
  using Session = tls::Session;

  void begun(bool all_is_well) {
    if (all_is_well) return;
    state_ = State::Failed;
    failure_ = tls::Failure::Memory;
  }

  // `call` with what has arrived and with fresh room; what it has taken and made is booked.
  template <class Call>
  auto with_records(std::size_t call_room, Call call) {
    std::string out(call_room, '\0');
    tls::Records records{arrived_, out};
    const auto result = call(records);
    arrived_.erase(0, records.taken);
    made_.append(out, 0, records.made);
    return result;
  }

  void shake_hands(const Clock& clock) {
    for (;;) {
      const Session::Step step = with_records(
          room, [&](tls::Records& records) { return session_.handshake(records, clock); });
      switch (step) {
        case Session::Step::Costly:
          ++costly_steps_;
          [[fallthrough]];
        case Session::Step::Again:
        case Session::Step::NeedRoom:
          continue;
        case Session::Step::NeedRecords:
          return;
        case Session::Step::Done:
          state_ = State::Open;
          return;
        case Session::Step::Failed:
          return failed();
      }
    }
  }

  void read(const Clock& clock) {
    char plain[1024];
    for (;;) {
      std::size_t count = 0;
      const Session::Flow flow = with_records(room, [&](tls::Records& records) {
        return session_.read(records, std::span(plain), count, clock);
      });
      switch (flow) {
        case Session::Flow::Moved:
          plain_.append(plain, count);
          continue;
        case Session::Flow::NeedRoom:
          continue;
        case Session::Flow::NeedRecords:
          return;
        case Session::Flow::Ended:
          state_ = State::Ended;
          return;
        case Session::Flow::Failed:
          return failed();
      }
    }
  }

  // A record is written as a whole: there must be room for one.
  void write_waiting() {
    const std::size_t enough = std::max(room, Session::record_overhead + 1);
    while (!waiting_.empty()) {
      std::size_t count = 0;
      const Session::Flow flow = with_records(enough, [&](tls::Records& records) {
        return session_.write(records, waiting_, fragment, count);
      });
      waiting_.erase(0, count);
      if (flow == Session::Flow::Failed) return failed();
    }
    if (!notifies_ || notified_) return;
    notified_ = with_records(enough, [&](tls::Records& records) {
                  return session_.close_notify(records);
                }) == Session::Flow::Moved;
  }

  void failed() {
    state_ = State::Failed;
    failure_ = session_.failure();
  }

  tls::Session session_;
  State state_ = State::Handshake;
  tls::Failure failure_ = tls::Failure::None;
  std::size_t costly_steps_ = 0;
  std::string arrived_;
  std::string made_;
  std::string plain_;
  std::string waiting_;
  bool notifies_ = false;
  bool notified_ = false;
  bool has_ended_ = false;
};

}  // namespace postern::test
