// TLS of connections: when a handshake may begin, one costly step of one at a time, what is opened
// and what is wrong.
#include <utility>

#include "core/gateway/engine.hpp"
#include "core/http/head.hpp"
#include "core/tls/library.hpp"

namespace postern::gateway {
namespace {

// RFC 8446 section 5.1: a record begins with its type, a version and its length.
constexpr std::size_t record_head_bytes = 5;
constexpr char handshake_record = 22;
// Cheap pieces of work in one turn of the loop.
constexpr int work_per_turn = 64;

}  // namespace

// --- The beginning -------------------------------------------------------------------------------

// A client's first record, before it has a session: only who has said a whole ClientHello gets one,
// so that silent and slow ones hold a buffer at most.
void Gateway::hello_received(std::uint16_t client) {
  const std::string_view hello = connections_.input(client)->text();
  if (hello.front() != handshake_record) return refuse_hello(client);
  if (hello.size() < record_head_bytes) return;
  const std::size_t size =
      record_head_bytes + static_cast<std::size_t>(static_cast<unsigned char>(hello[3]) << 8U |
                                                   static_cast<unsigned char>(hello[4]));
  if (size > buffers_.capacity()) return refuse_hello(client);
  if (hello.size() < size) return;
  Connection& it = connections_[client];
  if (it.has_turn || it.turn.linked()) return;
  start_handshake(client);
}

void Gateway::refuse_hello(std::uint16_t client) {
  counters_.add(Counter::TlsFailures);
  record_tls(client, tls::Failure::Protocol, 0);
  connections_.abort(client);
}

// The handshake with `connection`, now or when it is its turn.
void Gateway::start_handshake(std::uint16_t connection) {
  if (connections_.take_turn(connection)) return begin_session(connection);
  counters_.add(Counter::TlsHandshakesWaited);
}

// A client has not been through its handshake in time: in what it has for all of it before it gets
// its turn, and then second by second, since it gives way as soon as another one waits.
void Gateway::handshake_due(std::uint16_t client) {
  Connection& it = connections_[client];
  const bool may_go_on = it.has_turn && !connections_.waits_for_turn(Role::Client) &&
                         seconds(++it.turn_s) < config_.timeouts.handshake;
  if (may_go_on) return connections_.start(client, turn_timer_, clock_.now);
  counters_.add(Counter::TimeoutsHandshake);
  record_tls(client, tls::Failure::TimedOut, 0);
  connections_.abort(client);
}

// REQUIRES: it has the turn.
void Gateway::begin_session(std::uint16_t connection) {
  Connection& it = connections_[connection];
  Secured* secured = connections_.secure(connection);
  if (secured == nullptr && it.role == Role::Client) {
    displace_client(Holds::Session);
    secured = connections_.secure(connection);
  }
  if (secured == nullptr) return session_lost(connection, tls::Failure::Memory, 0);
  bool begun = false;
  if (it.role == Role::Client) {
    const config::ListenerTls& listener = *config_.listeners[it.listener].tls;
    secured->fragment = listener.max_fragment;
    secured->arrived = std::exchange(it.input, no_slot);
    begun = secured->session.begin(tls_contexts_.listener(it.listener));
    connections_.start(connection, turn_timer_, clock_.now);
  } else {
    const Target& target = targets_[it.target];
    secured->fragment = tls::Session::fragment_max;
    begun = secured->session.begin(*target.tls, {target.origin->host, target.origin->literal},
                                   *target.saved, clock_);
  }
  if (!begun) return session_lost(connection, tls::Failure::Memory, 0);
  connections_.add_work(connection);
}

// --- Work ----------------------------------------------------------------------------------------

// What is to be done for sessions without an event: steps of handshakes, of which only one that
// costs much in a turn of the loop, so that open connections wait for one at most; and records that
// had to wait for room.
void Gateway::work_on_sessions() {
  tls::set_time(clock_.now);
  for (int i = 0; i < work_per_turn; ++i) {
    const std::uint16_t turn = connections_.next_turn();
    if (turn == no_slot) break;
    begin_session(turn);
  }
  for (int i = 0; i < work_per_turn; ++i) {
    const std::uint16_t slot = connections_.next_work();
    if (slot == no_slot) return;
    const Secured& it = *connections_.secured(slot);
    if (it.failed) {
      session_lost(slot, it.session.failure(), it.session.detail());
    } else if (it.open) {
      open_records(slot);
    } else if (handshake(slot)) {
      return;
    }
  }
}

// True: that was costly.
bool Gateway::handshake(std::uint16_t slot) {
  Secured& it = *connections_.secured(slot);
  for (;;) {
    tls::Records records = connections_.records(it);
    const tls::Session::Step step = it.session.handshake(records, clock_);
    connections_.use_records(it, records);
    if (records.made != 0) connections_.attend(slot);
    switch (step) {
      case tls::Session::Step::Again:
        continue;
      case tls::Session::Step::Costly:
        connections_.add_work(slot);
        return true;
      case tls::Session::Step::NeedRecords:
        if (it.stream_ended) session_lost(slot, tls::Failure::Truncated, 0);
        return false;
      case tls::Session::Step::NeedRoom:
        it.needs_room = true;
        if (records.out.empty()) session_lost(slot, tls::Failure::Memory, 0);
        return false;
      case tls::Session::Step::Done:
        session_open(slot);
        return true;
      case tls::Session::Step::Failed:
        session_lost(slot, it.session.failure(), it.session.detail());
        return false;
    }
  }
}

void Gateway::session_open(std::uint16_t slot) {
  Secured& secured = *connections_.secured(slot);
  secured.open = true;
  connections_.give_turn(slot);
  Connection& it = connections_[slot];
  counters_.add(secured.session.resumed() ? Counter::TlsResumed : Counter::TlsHandshakes);
  if (it.role == Role::Client) {
    it.phase = Phase::Open;
    connections_.start(slot, head_timer_, clock_.now);
  } else {
    target_open(slot);
  }
  if (connections_.has_arrivals(slot)) connections_.add_work(slot);
}

// --- The end -------------------------------------------------------------------------------------

// The connection is of no use any more. A client, or a peer that is in the handshake, still gets
// the alert that was made.
void Gateway::session_lost(std::uint16_t slot, tls::Failure failure, int detail) {
  counters_.add(failure == tls::Failure::Memory ? Counter::TlsExhausted : Counter::TlsFailures);
  record_tls(slot, failure, detail);
  Connection& it = connections_[slot];
  if (Secured* secured = connections_.secured(slot)) secured->failed = true;
  if (it.role != Role::Client) {
    return outgoing_lost(slot, it.phase == Phase::Securing ? Loss::NotConnected : Loss::Lost);
  }
  if (it.user != no_slot) return cut_off(exchange_of(slot), "tls");
  connections_.drop_output(slot);
  it.fixed_answer = {};
  close_client(slot);
}

// --- Records in ----------------------------------------------------------------------------------

// Opens what has arrived and hands the plain bytes on, until there is no whole record or no room.
void Gateway::open_records(std::uint16_t slot) {
  const ConnectionId id = connections_.id(slot);
  while (connections_.find(id) == slot && connections_[slot].phase != Phase::Closing) {
    Secured& it = *connections_.secured(slot);
    if (it.finished) return;
    const std::span<char> room = connections_.plain_window(slot);
    if (room.empty()) return;  // more when there is
    std::size_t count = 0;
    tls::Records records = connections_.records(it);
    const tls::Session::Flow flow = it.session.read(records, room, count, clock_);
    connections_.use_records(it, records);
    if (records.made != 0) connections_.attend(slot);
    if (flow == tls::Session::Flow::Moved) {
      connections_.input(slot)->produce(count);
      plain_received(slot, {room.data(), count});
      continue;
    }
    if (connections_.input(slot)->empty()) connections_.drop_input(slot);
    switch (flow) {
      case tls::Session::Flow::Moved:
      case tls::Session::Flow::NeedRecords:
        if (it.stream_ended) stream_over(slot, /*torn=*/true);
        return;
      case tls::Session::Flow::NeedRoom:
        it.needs_room = true;
        return;
      case tls::Session::Flow::Ended:
        it.finished = true;
        stream_over(slot, /*torn=*/false);
        return;
      case tls::Session::Flow::Failed:
        return session_lost(slot, it.session.failure(), it.session.detail());
    }
  }
}

void Gateway::stream_over(std::uint16_t slot, bool torn) {
  connections_[slot].torn = torn;
  peer_ended(slot);
}

// The peer's TCP stream has ended, which with TLS means nothing by itself (RFC 8446 section 6.1).
void Gateway::secured_stream_ended(std::uint16_t slot) {
  Secured* const it = connections_.secured(slot);
  if (it == nullptr) {  // before its ClientHello, or while it waits for its turn
    if (connections_[slot].role == Role::Client) return connections_.abort(slot);
    return outgoing_lost(slot, Loss::NotConnected);
  }
  if (it->finished) return;
  it->stream_ended = true;
  connections_.add_work(slot);
}

// --- Through a proxy -----------------------------------------------------------------------------

// The proxy's answer to CONNECT.
void Gateway::proxy_answered(std::uint16_t connection) {
  Buffer& in = *connections_.input(connection);
  http::HeadRefusal refusal;
  auto outcome = http::HeadOutcome::NeedMore;
  do {  // interim answers do not count (RFC 9110 section 15.2)
    if (outcome == http::HeadOutcome::Complete) in.consume(answer_head_.head_bytes);
    outcome = http::parse_response_head(in.text(), http::Method::Post, head_limits_, answer_head_,
                                        refusal);
  } while (outcome == http::HeadOutcome::Complete && answer_head_.status / 100 == 1);
  if (outcome == http::HeadOutcome::NeedMore) return connections_.input_used(connection);
  const bool open = outcome == http::HeadOutcome::Complete && answer_head_.status / 100 == 2 &&
                    in.size() == answer_head_.head_bytes;  // TLS: the peer does not speak first
  if (!open) {
    record_proxy(connection, outcome == http::HeadOutcome::Complete ? answer_head_.status : 0);
    return outgoing_lost(connection, Loss::NotConnected);
  }
  connections_.drop_input(connection);
  secure_target(connection);
}

// A connection to a target's address, or through its proxy, is there: TLS comes next.
void Gateway::secure_target(std::uint16_t connection) {
  Connection& it = connections_[connection];
  it.secure = true;
  it.phase = Phase::Securing;
  connections_.start(connection, handshake_timer_, clock_.now);
  start_handshake(connection);
}

// A target's connection may carry requests.
void Gateway::target_open(std::uint16_t connection) {
  Connection& it = connections_[connection];
  it.phase = Phase::Open;
  if (it.user == no_slot) return discard(connection);
  connections_.start(connection, targets_[it.target].answer_timer, clock_.now);
  connections_.attend(connection);
}

std::optional<crypto::Thumbprint> Gateway::client_certificate(const Exchange& x) {
  const Secured* const it = connections_.secured(x.client);
  return it != nullptr ? it->session.peer_certificate() : std::nullopt;
}

}  // namespace postern::gateway
