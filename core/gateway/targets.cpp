#include "core/gateway/targets.hpp"

#include <algorithm>

#include "core/base/bytes.hpp"

namespace postern::gateway {

std::string_view Target::connect_request() {
  ByteWriter out(connect_text_);
  const bool v6 = origin->literal.family == Address::Family::V6;
  const auto write_authority = [&] {  // with the port, unlike in a Host field
    if (v6) out.character('[');
    out.text(origin->host);
    if (v6) out.character(']');
    out.character(':');
    out.number(origin->port);
  };
  out.text("CONNECT ");
  write_authority();
  out.text(" HTTP/1.1\r\nHost: ");
  write_authority();
  out.text("\r\n\r\n");
  POSTERN_ASSERT(out.ok());
  return out.written();
}

Targets::Targets(std::span<Target> targets, Connections& connections, std::size_t upstreams_max,
                 std::size_t providers_max, std::uint8_t idle_timer)
    : targets_(targets),
      connections_(connections),
      upstreams_max_(upstreams_max),
      providers_max_(providers_max),
      idle_timer_(idle_timer) {}

std::uint16_t Targets::take_idle(std::uint16_t target) {
  give_up_unproved(targets_[target]);
  const std::uint16_t connection = targets_[target].idle_first;
  if (connection == no_slot) return no_slot;
  remove(targets_[target].idle_first, connection);
  connections_.cancel(connection);
  Connection& taken = connections_[connection];
  taken.phase = Phase::Open;
  taken.reused = true;
  taken.answering = false;
  return connection;
}

std::uint16_t Targets::open(std::uint16_t index, MonotonicTime now) {
  Target& target = targets_[index];
  const std::size_t allowed = target.role == Role::Upstream ? upstreams_max_ : providers_max_;
  if (connections_.active(target.role) >= allowed && !make_room(target.role)) return no_slot;
  const std::uint16_t slot = connections_.open(target.role, Phase::Naming);
  if (slot == no_slot) return no_slot;
  Connection& connection = connections_[slot];
  connection.target = index;
  connection.epoch = target.epoch;
  connection.secret = target.role == Role::Provider;
  // One time-out covers look-up and connecting: the client waits for both alike.
  connections_.start(slot, target.connect_timer, now);
  if ((now >= target.fresh_until || target.address_count == 0) && !target.lookup_running) {
    target.lookup_running = true;
    ++names_wanted_;
  }
  if (target.address_count != 0) {
    start_connecting(slot);
  } else {
    push(target.waiting_first, slot);
  }
  return slot;
}

bool Targets::try_next_address(std::uint16_t lost) {
  Target& target = targets_[connections_[lost].target];
  if (target.address_count == 0) return false;
  target.address_next =
      static_cast<std::uint8_t>((target.address_next + 1U) % target.address_count);
  return connections_[lost].tries + 1U < target.address_count;
}

void Targets::keep(std::uint16_t connection, MonotonicTime now) {
  Connection& kept = connections_[connection];
  POSTERN_ASSERT(kept.phase == Phase::Open && kept.role != Role::Client);
  if (kept.epoch != targets_[kept.target].epoch) return connections_.abort(connection);
  kept.phase = Phase::Idle;
  kept.user = no_slot;
  connections_.drop_input(connection);
  connections_.drop_output(connection);
  connections_.start(connection, idle_timer_, now);
  push(targets_[kept.target].idle_first, connection);
}

// Nothing that was kept is used again, and what is busy is not kept.
void Targets::give_up_kept(Target& target) {
  while (target.idle_first != no_slot) {
    const std::uint16_t connection = target.idle_first;
    remove(target.idle_first, connection);
    connections_.abort(connection);
  }
  ++target.epoch;
  if (target.saved != nullptr) target.saved->forget();
}

void Targets::give_up_unproved(Target& target) {
  if (target.tls == nullptr) return;
  tls::AnchorStore& anchors = target.tls->anchors();
  anchors.take_new();
  if (target.trust == anchors.generation()) return;
  target.trust = anchors.generation();
  give_up_kept(target);
}

void Targets::moved(std::uint16_t index) {
  Target& target = targets_[index];
  give_up_kept(target);
  // The platform's answer to the old name will find nobody of that name.
  if (target.lookup_running && !target.lookup_taken) --names_wanted_;
  target.lookup_running = target.lookup_taken = false;
  target.address_next = 0;
  const bool is_literal = target.url->literal.family != Address::Family::None;
  target.address_count = is_literal ? 1 : 0;
  if (is_literal) target.addresses[0] = target.url->literal;
  target.fresh_until = is_literal ? never : MonotonicTime{};
}

void Targets::forget(std::uint16_t connection) {
  const Connection& gone = connections_[connection];
  if (gone.phase == Phase::Idle) remove(targets_[gone.target].idle_first, connection);
  if (gone.phase == Phase::Naming) remove(targets_[gone.target].waiting_first, connection);
}

std::optional<Command> Targets::next_command() {
  if (names_wanted_ == 0) return {};
  for (Target& target : targets_) {
    if (!target.lookup_running || target.lookup_taken) continue;
    target.lookup_taken = true;
    --names_wanted_;
    Command command;
    command.kind = Command::Kind::Resolve;
    command.name = target.url->host;
    return command;
  }
  return {};
}

void Targets::start_connecting(std::uint16_t slot) {
  Connection& connection = connections_[slot];
  Target& target = targets_[connection.target];
  connection.phase = Phase::Connecting;
  connection.peer = target.addresses[target.address_next];
  connection.peer.port = target.url->port;
  connections_.connect(slot);
}

void Targets::learn(Target& target, std::span<const Address> found, MonotonicTime now) {
  target.lookup_taken = false;
  target.fresh_until = now + (found.empty() ? name_retry : name_life);
  // A failed look-up never takes away addresses that worked: the link to the resolver may be what
  // is down.
  if (found.empty()) return;
  target.address_count = static_cast<std::uint8_t>(std::min(found.size(), Target::addresses_max));
  std::copy_n(found.begin(), target.address_count, target.addresses.begin());
  target.address_next = 0;
}

// Gives up a kept-alive connection for a new one.
bool Targets::make_room(Role role) {
  for (Target& target : targets_) {
    if (target.idle_first == no_slot || target.role != role) continue;
    const std::uint16_t connection = target.idle_first;
    remove(target.idle_first, connection);
    connections_.abort(connection);
    return true;
  }
  return false;
}

void Targets::push(std::uint16_t& first, std::uint16_t connection) {
  Connection& added = connections_[connection];
  added.previous = no_slot;
  added.next = first;
  if (first != no_slot) connections_[first].previous = connection;
  first = connection;
}

void Targets::remove(std::uint16_t& first, std::uint16_t connection) {
  Connection& removed = connections_[connection];
  if (removed.previous == no_slot) {
    first = removed.next;
  } else {
    connections_[removed.previous].next = removed.next;
  }
  if (removed.next != no_slot) connections_[removed.next].previous = removed.previous;
  removed.next = removed.previous = no_slot;
}

}  // namespace postern::gateway
