// The TLS of connections: places for sessions, turns for handshakes, records in and out.
#include "core/base/bytes.hpp"
#include "core/gateway/connections.hpp"

namespace postern::gateway {

Secured* Connections::secure(std::uint16_t slot) {
  Connection& connection = pool_[slot];
  POSTERN_ASSERT(connection.secured == no_slot);
  const std::size_t role = index(connection.role);
  if (sessions_[role] >= counts_.sessions[role]) return nullptr;
  const auto place = secured_.acquire();
  if (!place) return nullptr;
  ++sessions_[role];
  connection.secured = *place;
  Secured& it = secured_[*place];
  it.connection = slot;
  return &it;
}

void Connections::release_secured(std::uint16_t slot) {
  Connection& connection = pool_[slot];
  Secured* const it = secured(slot);
  if (it == nullptr) return;
  it->session.end();
  drop(connection, it->arrived);
  drop(connection, it->leaving);
  if (it->work.linked()) work_.remove(connection.secured);
  secured_.release(connection.secured);
  connection.secured = no_slot;
  --sessions_[index(connection.role)];
}

// --- Turns and work ------------------------------------------------------------------------------

bool Connections::take_turn(std::uint16_t slot) {
  Connection& connection = pool_[slot];
  const std::size_t role = index(connection.role);
  POSTERN_ASSERT(!connection.has_turn && !connection.turn.linked());
  if (!has_free_turn(role)) {
    turns_[role].push_front(slot);
    return false;
  }
  ++handshakes_[role];
  connection.has_turn = true;
  return true;
}

void Connections::give_turn(std::uint16_t slot) {
  Connection& connection = pool_[slot];
  const std::size_t role = index(connection.role);
  if (connection.turn.linked()) turns_[role].remove(slot);
  if (!connection.has_turn) return;
  connection.has_turn = false;
  --handshakes_[role];
}

std::uint16_t Connections::next_turn() {
  for (std::size_t role = 0; role < role_count; ++role) {
    if (!has_free_turn(role) || turns_[role].empty()) continue;
    const std::uint16_t slot = turns_[role].pop_front();
    ++handshakes_[role];
    pool_[slot].has_turn = true;
    return slot;
  }
  return no_slot;
}

bool Connections::has_work() const {
  if (!work_.empty()) return true;
  for (std::size_t role = 0; role < role_count; ++role) {
    if (has_free_turn(role) && !turns_[role].empty()) return true;
  }
  return false;
}

void Connections::add_work(std::uint16_t slot) {
  const std::uint16_t place = pool_[slot].secured;
  if (!secured_[place].work.linked()) work_.push_back(place);
}

std::uint16_t Connections::next_work() {
  const std::uint16_t place = work_.pop_front();
  return place == no_slot ? no_slot : secured_[place].connection;
}

// --- Records -------------------------------------------------------------------------------------

tls::Records Connections::records(Secured& secured) {
  tls::Records records;
  if (secured.arrived != no_slot) records.in = buffers_[secured.arrived].text();
  if (Buffer* out = borrow(secured.leaving)) {
    records.out = buffers_.tail(*out, buffers_.capacity());
  } else {
    starving_ = true;
  }
  return records;
}

void Connections::use_records(Secured& secured, const tls::Records& records) {
  const std::uint16_t slot = secured.connection;
  if (secured.arrived != no_slot) {
    Buffer& arrived = buffers_[secured.arrived];
    arrived.consume(records.taken);
    if (arrived.empty()) drop(pool_[slot], secured.arrived);
    if (records.taken != 0 && secured.starved) {
      secured.starved = false;
      attend(slot);
    }
  }
  if (secured.leaving == no_slot) return;
  Buffer& leaving = buffers_[secured.leaving];
  leaving.produce(records.made);
  if (leaving.empty()) drop(pool_[slot], secured.leaving);
}

bool Connections::has_arrivals(std::uint16_t slot) {
  const Secured* const it = secured(slot);
  return it != nullptr && it->open && !it->finished &&
         (it->arrived != no_slot || it->session.holds_plain());
}

// Turns plain output into records, as far as there is room for them.
void Connections::protect(std::uint16_t slot, Secured& it) {
  if (!it.open || it.failed) return;
  Connection& connection = pool_[slot];
  std::size_t count = 0;
  while (!connection.fixed_answer.empty() && protect_some(it, connection.fixed_answer, count)) {
    connection.fixed_answer.remove_prefix(count);
  }
  Buffer* const plain = output(slot);
  while (connection.fixed_answer.empty() && plain != nullptr && !plain->empty() &&
         protect_some(it, plain->text(), count)) {
    connection.sent_some = true;
    plain->consume(count);
  }
  const bool rest = !connection.fixed_answer.empty() || (plain != nullptr && !plain->empty());
  if (rest || !it.notify || it.notified) return;
  tls::Records room = records(it);
  it.notified = it.session.close_notify(room) == tls::Session::Flow::Moved;
  use_records(it, room);
}

bool Connections::protect_some(Secured& it, std::string_view plain, std::size_t& count) {
  tls::Records room = records(it);
  const tls::Session::Flow flow = it.session.write(room, plain, it.fragment, count);
  use_records(it, room);
  it.protected_bytes += static_cast<std::uint32_t>(count);
  if (flow == tls::Session::Flow::Failed) {
    it.failed = true;
    add_work(it.connection);
  }
  return flow == tls::Session::Flow::Moved;
}

}  // namespace postern::gateway
