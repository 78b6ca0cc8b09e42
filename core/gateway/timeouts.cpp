// What happens when a time-out falls due. Each connection has one at a time; what it means follows
// from where the connection is.
#include <algorithm>

#include "core/gateway/engine.hpp"

namespace postern::gateway {

void Gateway::due(std::uint16_t connection) {
  const Connection& it = connections_[connection];
  if (it.phase == Phase::Closing) {  // the peer does not take our last bytes
    connections_.abort(connection);
  } else if (it.role == Role::Client) {
    client_due(connection);
  } else if (it.phase == Phase::Idle) {
    part(connection);
  } else {
    if (it.phase == Phase::Securing) {
      counters_.add(Counter::TimeoutsHandshake);
      record_tls(connection, tls::Failure::TimedOut, 0);
    }
    outgoing_lost(connection, Loss::TimedOut);
  }
}

void Gateway::client_due(std::uint16_t client) {
  const Connection& it = connections_[client];
  if (it.phase == Phase::Securing) return handshake_due(client);
  if (it.user == no_slot) {
    if (connections_.has_output(client)) {  // the last answer was never read
      counters_.add(Counter::TimeoutsSend);
      return connections_.abort(client);
    }
    if (it.served && !it.head_timed) {
      counters_.add(Counter::TimeoutsIdle);
      return close_client(client);
    }
    counters_.add(Counter::TimeoutsHead);
    if (!it.head_timed) return close_client(client);  // it never said anything
    Exchange* x = begin_exchange(client);
    if (x == nullptr) return;
    x->head_taken = true;  // what has come of it will not be read
    return fail(*x, policy::Situation::RequestTimeout, "head-timeout");
  }
  Exchange& x = exchange_of(client);
  if (x.stage == Stage::Tunnel) return cut_off(x, "tunnel-timeout");
  if (x.stage != Stage::Relay) return;
  if (x.send_timed) {
    counters_.add(Counter::TimeoutsSend);
    return cut_off(x, "send-timeout");
  }
  counters_.add(Counter::TimeoutsBody);
  request_broken(x, policy::Situation::RequestTimeout, "body-timeout");
}

void Gateway::advance(const Clock& clock) {
  set_clock(clock);
  for (;;) {
    const std::uint16_t connection = connections_.take_due(clock.now);
    if (connection == no_slot) break;
    due(connection);
  }
  if (connections_.has_work()) work_on_sessions();
  if (first_lookup_ != no_slot && workers_ > 1) look_again_at_all(clock.now);
  look_at_clock();
  if (draining_ && clock.now >= drain_deadline_) {
    drain_deadline_ = never;
    connections_.for_each([&](std::uint16_t slot) {
      if (connections_[slot].role != Role::Client) return;
      counters_.add(Counter::DrainAborted);
      if (connections_[slot].user != no_slot) {
        cut_off(exchange_of(slot), "drain");
      } else {
        connections_.abort(slot);
      }
    });
  }
}

MonotonicTime Gateway::next_deadline() const {
  if (connections_.has_work()) return clock_.now;
  MonotonicTime next = connections_.next_deadline();
  for (std::uint16_t slot = first_lookup_; slot != no_slot && workers_ > 1;
       slot = lookups_[slot].next) {
    if (lookups_[slot].elsewhere) next = std::min(next, lookups_[slot].deadline);
  }
  if (keeps_clock()) next = std::min(next, clock_look_);
  return draining_ ? std::min(next, drain_deadline_) : next;
}

}  // namespace postern::gateway
