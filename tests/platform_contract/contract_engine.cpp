#include "tests/platform_contract/contract_engine.hpp"

#include <algorithm>

#include "core/base/bytes.hpp"

namespace postern::contract {

ContractEngine::Connection* ContractEngine::living(ConnectionId id) {
  Connection& connection = connections_[id.slot];
  return connection.open && connection.generation == id.generation ? &connection : nullptr;
}

std::optional<std::uint16_t> ContractEngine::take_slot() {
  for (std::uint16_t slot = 0; slot < connections_max; ++slot) {
    Connection& connection = connections_[slot];
    if (connection.open) continue;
    const auto generation = static_cast<std::uint16_t>(connection.generation + 1);
    connection = {};
    connection.open = true;
    connection.generation = generation;
    connection.number = opened_++;
    return slot;
  }
  return std::nullopt;
}

// Its place stays taken until its Abort is.
void ContractEngine::displace_client() {
  Connection* oldest = nullptr;
  for (Connection& connection : connections_) {
    if (!connection.open || connection.order != 'g' || connection.closing) continue;
    if (oldest == nullptr || connection.number < oldest->number) oldest = &connection;
  }
  if (oldest == nullptr) return;
  oldest->closing = true;
  command(Command::Kind::Abort, static_cast<std::uint16_t>(oldest - connections_.data()));
}

void ContractEngine::command(Command::Kind kind, std::uint16_t slot, const Address& address) {
  commands_.push_back({kind, id(slot), address, {}});
}

void ContractEngine::say(std::uint16_t slot, std::string_view text) {
  connections_[slot].out += text;
  command(Command::Kind::Attend, slot);
}

void ContractEngine::close(std::uint16_t slot) {
  if (connections_[slot].closing) return;
  connections_[slot].closing = true;
  command(Command::Kind::Close, slot);
}

void ContractEngine::let_go(Connection& connection) {
  connection.open = false;
  if (!connection.outgoing) --clients_open;
}

void ContractEngine::stored(std::string_view name, std::span<const std::byte> data, const Clock&) {
  if (name == record_name) found_.assign(as_text(data));
}

std::optional<ConnectionId> ContractEngine::accepted(ListenerId, const Address& peer,
                                                     const Clock&) {
  const auto slot = take_slot();
  if (!slot) return std::nullopt;
  const auto is_open = [](const Connection& connection) { return connection.open; };
  if (std::all_of(connections_.begin(), connections_.end(), is_open)) displace_client();
  ++clients_open;
  log_ += peer.family == Address::Family::V4 ? "client by IPv4\n" : "client\n";
  return id(*slot);
}

void ContractEngine::connected(ConnectionId id, const Clock&) {
  if (living(id) != nullptr) say(id.slot, "echo");
}

void ContractEngine::closed(ConnectionId id, Closed how, const Clock&) {
  Connection* connection = living(id);
  if (connection == nullptr) return;
  std::erase_if(commands_, [&](const Command& queued) { return queued.connection == id; });
  if (connection->outgoing && connections_[connection->other].open) {
    say(connection->other, how == Closed::Refused ? "refused" : "other");
  }
  if (!connection->outgoing) ++clients_lost;
  let_go(*connection);
}

void ContractEngine::ended(ConnectionId id, const Clock&) {
  Connection* connection = living(id);
  if (connection == nullptr) return;
  ++ends_told;
  if (connection->order != 'h') return close(id.slot);
  connection->out.assign(big_bytes, 'h');  // and close() when it was sent
  command(Command::Kind::Attend, id.slot);
}

std::span<std::byte> ContractEngine::receive_window(ConnectionId id) {
  Connection* connection = living(id);
  if (connection == nullptr || connection->paused) return {};
  // Nothing is taken while much is still to be sent: back-pressure. An end would be, though.
  if (connection->out.size() > buffer_bytes && connection->order != 'h') return {};
  return connection->in;
}

void ContractEngine::received(ConnectionId id, std::size_t byte_count, const Clock& clock) {
  Connection* connection = living(id);
  if (connection == nullptr) return;
  bytes_received += byte_count;
  received_in_a_row_max = std::max<std::size_t>(received_in_a_row_max, ++received_in_a_row_);
  const std::string_view bytes(reinterpret_cast<const char*>(connection->in.data()), byte_count);
  if (connection->outgoing) {
    if (connections_[connection->other].open) say(connection->other, bytes);
    return;
  }
  if (connection->order == 0) {
    connection->order = bytes.front();
    if (connection->order == 'k') kept_.emplace_back();
    obey(id.slot, clock);
  }
  if (connection->order == 'k') store(bytes);
  if (std::string_view("epkg").find(connection->order) != std::string_view::npos) {
    say(id.slot, bytes);
  }
}

void ContractEngine::store(std::string_view more) {
  kept_.push_back(kept_.back() + std::string(more));
  commands_.push_back({Command::Kind::Store, {}, {}, record_name, as_bytes(kept_.back())});
}

void ContractEngine::obey(std::uint16_t slot, const Clock& clock) {
  Connection& connection = connections_[slot];
  switch (connection.order) {
    case 'a':
      command(Command::Kind::Abort, slot);
      break;
    case 'b':
      connection.out.assign(big_bytes, 'b');
      close(slot);
      break;
    case 'l':
      say(slot, std::string(1000, 'l'));
      close(slot);
      break;
    case 'f':
      connection.out = "bye";
      command(Command::Kind::FinishSend, slot);
      break;
    case 'p':
      connection.paused = true;
      [[fallthrough]];
    case 't':
      connection.due = clock.now + milliseconds(20);
      break;
    case 'r':
      commands_.push_back({Command::Kind::Resolve, id(slot), {}, "localhost"});
      break;
    case 'o':
      connect(slot, open_);
      break;
    case 'd':
      connect(slot, deserted_);
      break;
    case 'q':
      say(slot, found_);
      break;
    default:
      break;
  }
}

void ContractEngine::connect(std::uint16_t client, const Address& address) {
  const auto slot = take_slot();
  if (!slot) return say(client, "full");
  connections_[*slot].outgoing = true;
  connections_[*slot].other = client;
  command(Command::Kind::Connect, *slot, address);
}

// In up to four pieces, of which some are empty: a platform must take all of them, in order. And
// not all at once, as with records of TLS: it must look again.
SendWindow ContractEngine::send_window(ConnectionId id) {
  const Connection* connection = living(id);
  if (connection == nullptr) return {};
  const auto all = std::as_bytes(std::span(connection->out)).subspan(connection->out_sent);
  const auto rest = all.first(std::min(all.size(), window_bytes));
  const std::size_t first = std::min<std::size_t>(rest.size(), 1);
  const std::size_t second = std::min<std::size_t>(rest.size(), 100);
  return {rest.first(first), rest.subspan(first, second - first), rest.subspan(second), {}};
}

void ContractEngine::sent(ConnectionId id, std::size_t byte_count, const Clock&) {
  Connection* connection = living(id);
  if (connection == nullptr) return;
  connection->out_sent += byte_count;
  if (connection->out_sent < connection->out.size()) {
    if (!connection->closing) command(Command::Kind::Attend, id.slot);  // to the next window
    return;
  }
  connection->out.clear();
  connection->out_sent = 0;
  if (connection->closing) {
    let_go(*connection);
  } else if (connection->order == 'h') {
    close(id.slot);
  } else {
    command(Command::Kind::Attend, id.slot);  // There is room to receive again.
  }
}

void ContractEngine::resolved(std::string_view name, std::span<const Address> found, const Clock&) {
  for (std::uint16_t slot = 0; slot < connections_max; ++slot) {
    if (!connections_[slot].open || connections_[slot].order != 'r') continue;
    say(slot, name == "localhost" && !found.empty() ? "y" : "n");
  }
}

void ContractEngine::advance(const Clock& clock) {
  trust = clock.trust;
  for (std::uint16_t slot = 0; slot < connections_max; ++slot) {
    Connection& connection = connections_[slot];
    if (!connection.open || connection.due > clock.now) continue;
    connection.due = never;
    connection.paused = false;
    if (connection.order == 't') {
      say(slot, "t");
    } else {
      command(Command::Kind::Attend, slot);
    }
  }
}

MonotonicTime ContractEngine::next_deadline() const {
  MonotonicTime next = never;
  for (const Connection& connection : connections_) {
    if (connection.open) next = std::min(next, connection.due);
  }
  return next;
}

std::optional<Command> ContractEngine::next_command() {
  held_.wait(true);
  received_in_a_row_ = 0;
  if (commands_.empty()) return std::nullopt;
  const Command next = commands_.front();
  commands_.pop_front();
  Connection* connection = living(next.connection);
  if (connection != nullptr) {
    const bool all_sent = connection->out_sent == connection->out.size();
    if (next.kind == Command::Kind::Abort || (next.kind == Command::Kind::Close && all_sent)) {
      const ConnectionId dead = next.connection;
      std::erase_if(commands_, [&](const Command& queued) { return queued.connection == dead; });
      let_go(*connection);
    }
  }
  return next;
}

void ContractEngine::drain(MonotonicTime, const Clock&) {
  draining_ = true;
  for (std::uint16_t slot = 0; slot < connections_max; ++slot) {
    if (connections_[slot].open && connections_[slot].order == 0) close(slot);
  }
}

}  // namespace postern::contract
