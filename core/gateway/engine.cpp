// Events in, commands out: who is meant, and which part of the engine goes on.
#include "core/gateway/engine.hpp"

#include <algorithm>

#include "core/http/ip_address.hpp"

namespace postern::gateway {

// --- Clients -------------------------------------------------------------------------------------

std::optional<ConnectionId> Gateway::accepted(ListenerId listener, const Address& peer,
                                              const Clock& clock) {
  set_clock(clock);
  if (!draining_ && connections_.active(Role::Client) >= shape_.clients) {
    displace_client(Holds::Slot);
  }
  const bool room = !draining_ && connections_.active(Role::Client) < shape_.clients;
  const bool secure = config_.listeners[listener.index].tls != nullptr;
  const Phase phase = secure ? Phase::Securing : Phase::Open;
  const std::uint16_t client = room ? connections_.open(Role::Client, phase) : no_slot;
  if (client == no_slot) {
    counters_.add(Counter::ConnectionsRefused);
    return {};
  }
  counters_.add(Counter::ConnectionsAccepted);
  Connection& it = connections_[client];
  it.peer = http::without_mapping(peer);
  it.listener = listener.index;
  it.secure = secure;
  connections_.start(client, secure ? handshake_timer_ : head_timer_, clock.now);
  return connections_.id(client);
}

// At a limit the client that has been without a whole request for longest gives way: so slow or
// silent ones cannot lock the others out. O(connections), at the limit only.
void Gateway::displace_client(Holds what) {
  std::uint16_t oldest = no_slot;
  connections_.for_each([&](std::uint16_t slot) {
    const Connection& it = connections_[slot];
    if (it.role != Role::Client || it.phase == Phase::Closing || it.user != no_slot) return;
    const Secured* const secured = connections_.secured(slot);
    const bool holds_records = secured != nullptr && secured->arrived != no_slot;
    if (what == Holds::Buffer && it.input == no_slot && !holds_records) return;
    if (what == Holds::Session && secured == nullptr) return;
    const bool waits_longer =
        oldest == no_slot || connections_.waits_since(slot) < connections_.waits_since(oldest);
    if (waits_longer) oldest = slot;
  });
  if (oldest == no_slot) return;
  counters_.add(Counter::ClientsDisplaced);
  connections_.abort(oldest);
}

// A head is looked at again only when a line may have ended or something illegal may have come, so
// that a byte at a time costs no more than a line at a time.
void Gateway::client_received(std::uint16_t client, std::string_view fresh) {
  if (connections_[client].user == no_slot) {
    const bool full = connections_.input(client)->size() >= head_limits_.head_bytes;
    if (!connections_[client].head_timed || full || http::may_decide_head(fresh)) serve(client);
    return;
  }
  Exchange& x = exchange_of(client);
  if (x.stage == Stage::Relay) return pump_request(x);
  if (x.stage == Stage::Tunnel) return pump_tunnel(x);
  // While an answer is waited for, what else the client sends waits, too.
}

void Gateway::client_sent(std::uint16_t client, std::size_t byte_count, bool all) {
  if (all) connections_.drop_output(client);
  if (connections_[client].user == no_slot) {
    if (all) serve(client);  // a pipelined request may wait
    return;
  }
  Exchange& x = exchange_of(client);
  if (x.stage == Stage::Tunnel) return pump_tunnel(x);
  if (x.stage != Stage::Relay || !x.answer_begun) return;
  x.read_bytes += static_cast<std::uint32_t>(byte_count);
  pump_answer(x);
}

// The client sends no more, but may still read: what has arrived of its requests is answered.
void Gateway::client_ended(std::uint16_t client) {
  if (connections_[client].user == no_slot) return serve(client);
  Exchange& x = exchange_of(client);
  if (x.stage == Stage::Tunnel) return pump_tunnel(x);
  if (x.stage == Stage::Relay) return pump_request(x);
}

void Gateway::client_closed(std::uint16_t client) {
  if (connections_[client].user != no_slot) {
    counters_.add(Counter::ClientsLost);
    Exchange& x = exchange_of(client);
    x.why = "client-gone";
    end_exchange(x);
  }
  connections_.free(client);
}

// Closes a client that has no exchange (any more), after what is left was sent.
void Gateway::close_client(std::uint16_t client) {
  connections_.close(client);
  connections_.start(client, send_timer_, clock_.now);
}

// --- Connections to targets ----------------------------------------------------------------------

void Gateway::outgoing_received(std::uint16_t connection) {
  Connection& it = connections_[connection];
  if (it.user == no_slot) return discard(connection);  // nobody asked
  it.answering = true;
  if (it.role == Role::Provider) return provider_received(connection);
  Exchange& x = exchanges_[it.user];
  if (x.stage == Stage::Tunnel) return pump_tunnel(x);
  pump_answer(x);
}

void Gateway::outgoing_sent(std::uint16_t connection, bool all) {
  const Connection& it = connections_[connection];
  if (it.user == no_slot || it.role == Role::Provider) return;
  Exchange& x = exchanges_[it.user];
  if (x.stage == Stage::Tunnel) return pump_tunnel(x);
  // The request's bytes stay for a second try, where there can be one.
  if (all && !(x.replayable && it.reused)) connections_.drop_output(connection);
  if (x.request_done) return;
  // A long upload: the upstream takes it, so its time starts anew.
  if (!x.answer_begun) {
    connections_.start(connection, targets_[it.target].answer_timer, clock_.now);
  }
  pump_request(x);
}

// What the platform has given up. Bytes that came before may still be on their way through us.
void Gateway::outgoing_closed(std::uint16_t connection) {
  Connection& it = connections_[connection];
  it.gone = true;
  if (it.user == no_slot) return discard(connection);
  if (is_opening(it.phase)) return outgoing_lost(connection, Loss::NotConnected);
  it.ended = true;
  const Buffer* rest = connections_.input(connection);
  if (it.role == Role::Upstream && rest != nullptr && !rest->empty()) {
    Exchange& x = exchanges_[it.user];
    if (x.stage == Stage::Relay) return pump_answer(x);
  }
  outgoing_lost(connection, Loss::Lost);
}

void Gateway::outgoing_lost(std::uint16_t connection, Loss loss) {
  const Connection& it = connections_[connection];
  if (it.user == no_slot) return discard(connection);
  if (it.role == Role::Provider) return provider_lost(connection, loss);
  Exchange& x = exchanges_[it.user];
  if (x.stage == Stage::Tunnel) return cut_off(x, "upstream-lost");
  if (loss == Loss::TimedOut) counters_.add(Counter::UpstreamTimeouts);
  if (send_again(x, loss)) return;
  switch (loss) {
    case Loss::NotConnected:
      return upstream_failed(x, policy::Situation::UpstreamUnreachable, {});
    case Loss::Lost:
      return upstream_failed(x, policy::Situation::UpstreamBroken, "upstream-lost");
    case Loss::TimedOut:
      return upstream_failed(x, policy::Situation::UpstreamTimeout, {});
  }
}

// Ends a connection whose exchange was whole, or that had none: the other side sees an ordinary
// end.
void Gateway::part(std::uint16_t connection) {
  const Connection& it = connections_[connection];
  if (it.gone || it.phase == Phase::Naming || is_opening(it.phase)) {
    return discard(connection);
  }
  targets_.forget(connection);
  connections_.drop_output(connection);
  connections_.close(connection);
}

// Gives a connection up whose exchange is not whole: a reset, so that nobody takes half for all.
void Gateway::discard(std::uint16_t connection) {
  targets_.forget(connection);
  const Connection& it = connections_[connection];
  if (it.gone || it.phase == Phase::Naming) {
    connections_.free(connection);  // the platform knows nothing of it
  } else {
    connections_.drop_output(connection);
    connections_.abort(connection);
  }
}

// --- Events --------------------------------------------------------------------------------------

std::size_t Gateway::connection_count_max() const { return connections_.count_max(); }

std::span<std::byte> Gateway::receive_window(ConnectionId id) {
  const std::uint16_t slot = connections_.find(id);
  if (slot == no_slot || connections_[slot].phase == Phase::Closing) return {};
  const Secured* const secured = connections_.secured(slot);
  const bool has_buffer =
      secured != nullptr ? secured->arrived != no_slot : connections_.input(slot) != nullptr;
  if (!has_buffer && buffers_.left() == 0) {
    counters_.add(Counter::BuffersExhausted);
    displace_client(Holds::Buffer);
    if (connections_.find(id) == no_slot || connections_[slot].phase == Phase::Closing) return {};
  }
  return std::as_writable_bytes(connections_.receive_window(slot));
}

void Gateway::received(ConnectionId id, std::size_t byte_count, const Clock& clock) {
  set_clock(clock);
  const std::uint16_t slot = connections_.find(id);
  if (slot == no_slot) return;
  const std::string_view fresh = connections_.received(slot, byte_count);
  const Connection& it = connections_[slot];
  if (const Secured* secured = connections_.secured(slot)) {
    return secured->open ? open_records(slot) : connections_.add_work(slot);
  }
  if (it.phase == Phase::Proxying) return proxy_answered(slot);
  if (it.phase == Phase::Securing) {
    return it.role == Role::Client ? hello_received(slot) : connections_.drop_input(slot);
  }
  plain_received(slot, fresh);
}

void Gateway::plain_received(std::uint16_t slot, std::string_view fresh) {
  if (connections_[slot].role == Role::Client) {
    client_received(slot, fresh);
  } else {
    outgoing_received(slot);
  }
}

void Gateway::receive_nothing(ConnectionId id) {
  const std::uint16_t slot = connections_.find(id);
  if (slot != no_slot) connections_.received_nothing(slot);
}

SendWindow Gateway::send_window(ConnectionId id) {
  const std::uint16_t slot = connections_.find(id);
  return slot == no_slot ? SendWindow{} : connections_.send_window(slot);
}

void Gateway::sent(ConnectionId id, std::size_t byte_count, const Clock& clock) {
  set_clock(clock);
  const std::uint16_t slot = connections_.find(id);
  if (slot == no_slot) return;
  const std::size_t plain_count = connections_.sent(slot, byte_count);
  const Connection& it = connections_[slot];
  const bool all = !connections_.has_output(slot);
  if (it.phase == Phase::Closing) {
    if (all && !it.queued) connections_.free(slot);  // Close was taken, and is done
    return;
  }
  if (Secured* secured = connections_.secured(slot); secured != nullptr && secured->needs_room) {
    secured->needs_room = false;
    connections_.add_work(slot);
  }
  if (it.phase == Phase::Proxying || it.phase == Phase::Securing) return;
  if (plain_count == 0 && !all) return;  // records on their way
  if (it.role == Role::Client) {
    client_sent(slot, plain_count, all);
  } else {
    outgoing_sent(slot, all);
  }
}

void Gateway::connected(ConnectionId id, const Clock& clock) {
  set_clock(clock);
  const std::uint16_t slot = connections_.find(id);
  if (slot == no_slot || connections_[slot].phase != Phase::Connecting) return;
  Connection& it = connections_[slot];
  Target& target = targets_[it.target];
  if (!target.origin->secure) return target_open(slot);
  if (target.origin == target.url) return secure_target(slot);
  it.phase = Phase::Proxying;
  it.fixed_answer = target.connect_request();
  connections_.attend(slot);
}

void Gateway::closed(ConnectionId id, Closed, const Clock& clock) {
  set_clock(clock);
  const std::uint16_t slot = connections_.find(id);
  if (slot == no_slot) return;
  const Secured* const secured = connections_.secured(slot);
  if (secured != nullptr && secured->open && connections_[slot].phase != Phase::Closing) {
    open_records(slot);  // what came before the end still counts
    if (connections_.find(id) == no_slot) return;
  }
  if (connections_[slot].phase == Phase::Closing) {
    connections_.free(slot);
  } else if (connections_[slot].role == Role::Client) {
    client_closed(slot);
  } else {
    outgoing_closed(slot);
  }
}

void Gateway::ended(ConnectionId id, const Clock& clock) {
  set_clock(clock);
  const std::uint16_t slot = connections_.find(id);
  if (slot == no_slot || connections_[slot].phase == Phase::Closing) return;
  const Connection& it = connections_[slot];
  if (it.phase == Phase::Proxying) return outgoing_lost(slot, Loss::NotConnected);
  if (it.secure) return secured_stream_ended(slot);
  peer_ended(slot);
}

// The peer will send no more.
void Gateway::peer_ended(std::uint16_t slot) {
  Connection& it = connections_[slot];
  it.ended = true;
  if (it.role == Role::Client) return client_ended(slot);
  if (it.user == no_slot) return part(slot);
  if (it.role == Role::Provider) return provider_received(slot);
  Exchange& x = exchanges_[it.user];
  if (x.stage == Stage::Tunnel) return pump_tunnel(x);
  pump_answer(x);
}

void Gateway::resolved(std::string_view name, std::span<const Address> found, const Clock& clock) {
  set_clock(clock);
  targets_.resolved(name, found, clock.now, [this](std::uint16_t connection) {
    outgoing_lost(connection, Loss::NotConnected);
  });
}

void Gateway::notified(const Clock& clock) {
  set_clock(clock);
  look_again_at_all(never);
}

std::optional<Command> Gateway::next_command() {
  // First: behind what a drain closes it might come too late.
  if (floor_record_bytes_ != 0) return store_command();
  if (auto command = connections_.next_command()) return command;
  if (auto command = targets_.next_command()) return command;
  if (!wake_others_) return {};
  wake_others_ = false;
  Command command;
  command.kind = Command::Kind::WakeOthers;
  return command;
}

// --- The end -------------------------------------------------------------------------------------

void Gateway::drain(MonotonicTime deadline, const Clock& clock) {
  set_clock(clock);
  draining_ = true;
  drain_deadline_ = deadline;
  if (clock_.wall > kept_) keep_floor();
  connections_.for_each([&](std::uint16_t slot) {
    const Connection& it = connections_[slot];
    if (it.role == Role::Client && it.phase != Phase::Closing && it.user == no_slot) {
      counters_.add(Counter::DrainClosed);
      close_client(slot);
    }
  });
}

bool Gateway::drained() const { return draining_ && connections_.alive(Role::Client) == 0; }

Occupancy Gateway::occupancy() const {
  Occupancy now;
  now.clients = connections_.alive(Role::Client);
  now.outgoing = connections_.alive(Role::Upstream) + connections_.alive(Role::Provider);
  now.exchanges = exchanges_.used();
  now.lookups = lookups_.used();
  now.waiters = waiters_;
  now.buffers = buffers_.used() + answers_.used();
  now.sessions = connections_.sessions();
  now.handshakes = connections_.handshakes();
  return now;
}

}  // namespace postern::gateway
