#include "core/gateway/connections.hpp"

#include <algorithm>
#include <utility>

#include "core/base/bytes.hpp"

namespace postern::gateway {

Connections::Connections(std::span<std::byte> memory, std::size_t count,
                         std::span<std::byte> secured, const SessionCounts& counts,
                         Buffers& buffers)
    : buffers_(buffers),
      pool_(memory, count),
      secured_(secured, counts.all_sessions()),
      counts_(counts),
      work_(secured_),
      turns_{List<Connection, &Connection::turn>(pool_), List<Connection, &Connection::turn>(pool_),
             List<Connection, &Connection::turn>(pool_)},
      deadlines_(pool_) {}

std::uint16_t Connections::open(Role role, Phase phase) {
  const auto slot = pool_.acquire();
  if (!slot) return no_slot;
  Connection& connection = pool_[*slot];
  connection.role = role;
  connection.phase = phase;
  ++alive_[index(role)];
  ++active_[index(role)];
  return *slot;
}

void Connections::free(std::uint16_t slot) {
  Connection& connection = pool_[slot];
  POSTERN_ASSERT(!connection.freed);
  deadlines_.cancel(slot);
  drop_input(slot);
  drop_output(slot);
  give_turn(slot);
  release_secured(slot);
  --alive_[index(connection.role)];
  if (connection.phase != Phase::Closing) --active_[index(connection.role)];
  connection.freed = true;
  connection.commands = 0;
  // The queue of commands may run through this slot: then it goes back to the pool when the queue
  // gets there.
  if (!connection.queued) pool_.release(slot);
}

std::uint16_t Connections::find(ConnectionId id) const {
  return pool_.holds(id.slot, id.generation) && !pool_[id.slot].freed ? id.slot : no_slot;
}

void Connections::retire(std::uint16_t slot, unsigned bits) {
  Connection& connection = pool_[slot];
  if (connection.phase != Phase::Closing) --active_[index(connection.role)];
  connection.phase = Phase::Closing;
  connection.user = no_slot;
  deadlines_.cancel(slot);
  drop_input(slot);
  give_turn(slot);
  if (bits == abort_bit) {
    release_secured(slot);  // nothing more is sent: who waits for its place need not wait longer
  } else if (Secured* it = secured(slot)) {
    it->notify = it->open;
    drop(connection, it->arrived);
  }
  queue(slot, bits);
}

void Connections::queue(std::uint16_t slot, unsigned bits) {
  Connection& connection = pool_[slot];
  POSTERN_ASSERT(!connection.freed);
  if (connection.gone) return;  // the platform knows it no more
  if (connection.phase == Phase::Naming && bits == attend_bit) return;  // or not yet
  connection.commands = static_cast<std::uint8_t>(connection.commands | bits);
  if (connection.queued) return;
  connection.queued = true;
  connection.command_next = no_slot;
  if (command_last_ == no_slot) {
    command_first_ = slot;
  } else {
    pool_[command_last_].command_next = slot;
  }
  command_last_ = slot;
}

// The most urgent wish. Close and FinishSend include an Attend.
Command::Kind Connections::take_bit(Connection& connection) {
  const unsigned bits = connection.commands;
  connection.commands = 0;
  if ((bits & abort_bit) != 0) return Command::Kind::Abort;
  if ((bits & connect_bit) != 0) {
    connection.commands = static_cast<std::uint8_t>(bits & ~connect_bit);
    return Command::Kind::Connect;
  }
  if ((bits & close_bit) != 0) return Command::Kind::Close;
  if ((bits & finish_bit) != 0) return Command::Kind::FinishSend;
  return Command::Kind::Attend;
}

std::optional<Command> Connections::next_command() {
  if (starving_ && buffers_.left() != 0) attend_starved();
  while (command_first_ != no_slot) {
    const std::uint16_t slot = command_first_;
    Connection& connection = pool_[slot];
    const bool unknown = (connection.commands & connect_bit) != 0;  // to the platform, so far
    Command command;
    command.connection = id(slot);
    command.kind = take_bit(connection);
    command.address = connection.peer;
    if (connection.commands == 0) {
      command_first_ = connection.command_next;
      if (command_first_ == no_slot) command_last_ = no_slot;
      connection.queued = false;
    }
    if (connection.freed) {
      pool_.release(slot);
      continue;
    }
    if (connection.gone) continue;  // wished for before it went
    const bool abort = command.kind == Command::Kind::Abort;
    if (abort || (command.kind == Command::Kind::Close && !has_output(slot))) free(slot);
    if (abort && unknown) continue;
    return command;
  }
  return {};
}

// Everyone who found no buffer tries again; who finds none again is starved again.
void Connections::attend_starved() {
  starving_ = false;
  for_each([this](std::uint16_t slot) {
    Connection& connection = pool_[slot];
    if (connection.starved && connection.input == no_slot) go_on(slot);
    Secured* const it = secured(slot);
    if (it == nullptr || !it->starved || it->arrived != no_slot) return;
    it->starved = false;
    attend(slot);
  });
}

// There is room again where there was none: for records that have arrived already, else for what
// the platform holds back.
void Connections::go_on(std::uint16_t slot) {
  pool_[slot].starved = false;
  if (has_arrivals(slot)) {
    add_work(slot);
  } else {
    attend(slot);
  }
}

std::span<char> Connections::receive_window(std::uint16_t slot) {
  Secured* const it = secured(slot);
  if (it == nullptr) return plain_window(slot);
  Buffer* in = borrow(it->arrived);
  if (in == nullptr) starving_ = true;
  const std::span<char> room =
      in == nullptr ? std::span<char>{} : buffers_.tail(*in, buffers_.capacity());
  it->starved = room.empty();
  return room;
}

std::string_view Connections::received(std::uint16_t slot, std::size_t byte_count) {
  const Secured* const it = secured(slot);
  Buffer* const in = it != nullptr ? existing(it->arrived) : input(slot);
  POSTERN_ASSERT(in != nullptr);
  in->produce(byte_count);
  return in->text().substr(in->size() - byte_count);
}

void Connections::received_nothing(std::uint16_t slot) {
  Secured* const it = secured(slot);
  std::uint16_t& in = it != nullptr ? it->arrived : pool_[slot].input;
  if (in != no_slot && buffers_[in].empty()) drop(pool_[slot], in);
}

std::span<char> Connections::plain_window(std::uint16_t slot) {
  Connection& connection = pool_[slot];
  Buffer* in = borrow_input(slot);
  if (in == nullptr) {
    starving_ = connection.starved = true;
    return {};
  }
  const std::span<char> room = buffers_.tail(*in, buffers_.capacity());
  connection.starved = room.empty();
  return room;
}

void Connections::input_used(std::uint16_t slot) {
  if (const Buffer* in = input(slot); in != nullptr && in->empty()) drop_input(slot);
  Connection& connection = pool_[slot];
  if (connection.starved && connection.phase != Phase::Closing) go_on(slot);
}

Buffer* Connections::borrow(std::uint16_t& buffer) {
  if (buffer == no_slot) buffer = buffers_.acquire();
  return existing(buffer);
}

void Connections::drop(const Connection& connection, std::uint16_t& buffer) {
  if (buffer == no_slot) return;
  buffers_.release(buffer, connection.secret);
  buffer = no_slot;
}

void Connections::hand_over_output(std::uint16_t from, std::uint16_t to) {
  drop_output(to);
  pool_[to].output = pool_[from].output;
  pool_[from].output = no_slot;
  if (Buffer* out = output(to)) out->rewind();
}

bool Connections::has_output(std::uint16_t slot) {
  const Connection& connection = pool_[slot];
  if (const Secured* it = secured(slot); it != nullptr) {
    if (it->leaving != no_slot && !buffers_[it->leaving].empty()) return true;
    if (it->failed) return false;  // the rest cannot be protected any more
    if (it->notify && !it->notified) return true;
  }
  if (!connection.fixed_answer.empty()) return true;
  return connection.output != no_slot && !buffers_[connection.output].empty();
}

SendWindow Connections::send_window(std::uint16_t slot) {
  const Connection& connection = pool_[slot];
  SendWindow window{};
  if (connection.phase == Phase::Naming || connection.phase == Phase::Connecting) return window;
  if (Secured* it = secured(slot); it != nullptr) {
    protect(slot, *it);
    if (it->leaving != no_slot) window[0] = as_bytes(buffers_[it->leaving].text());
    return window;
  }
  if (connection.phase == Phase::Securing) return window;  // nothing leaves unprotected
  std::size_t pieces = 0;
  if (!connection.fixed_answer.empty()) window[pieces++] = as_bytes(connection.fixed_answer);
  if (connection.phase == Phase::Proxying) return window;  // the request itself comes later
  if (const Buffer* buffer = output(slot)) window[pieces] = as_bytes(buffer->text());
  return window;
}

std::size_t Connections::sent(std::uint16_t slot, std::size_t byte_count) {
  Connection& connection = pool_[slot];
  if (Secured* it = secured(slot); it != nullptr) {
    POSTERN_ASSERT(it->leaving != no_slot);
    Buffer& leaving = buffers_[it->leaving];
    leaving.consume(byte_count);
    if (!leaving.empty()) return 0;
    drop(connection, it->leaving);
    // Who closes looks for more by itself, and knows the connection no more when there is none.
    if (connection.phase != Phase::Closing && has_output(slot)) attend(slot);
    return std::exchange(it->protected_bytes, 0);
  }
  connection.sent_some = true;
  const std::size_t fixed = std::min(byte_count, connection.fixed_answer.size());
  connection.fixed_answer.remove_prefix(fixed);
  if (byte_count == fixed) return byte_count;
  Buffer* buffer = output(slot);
  POSTERN_ASSERT(buffer != nullptr);
  buffer->consume(byte_count - fixed);
  return byte_count;
}

}  // namespace postern::gateway
