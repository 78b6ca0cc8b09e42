#include "platform/lwip/event_loop.hpp"

#include <lwip/timeouts.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <optional>
#include <utility>

#include "core/base/assert.hpp"
#include "platform/lwip/addresses.hpp"
#include "platform/lwip/surroundings.hpp"

namespace postern::platform::lwip {
namespace {

// Then it is the turn of whatever else has happened.
constexpr std::size_t frames_per_turn = 16;
constexpr int commands_per_turn = 256;
constexpr int receives_per_turn = 8;
// Memory of lwIP's is free again when some peer has said that it has what we sent.
constexpr Duration memory_asked_again = milliseconds(10);
constexpr Duration log_asked_again = milliseconds(5);

std::size_t size_of(const SendWindow& window) {
  std::size_t total = 0;
  for (const std::span<const std::byte> piece : window) total += piece.size();
  return total;
}

}  // namespace

MemoryRow EventLoop::connections_row(std::size_t connection_count_max) {
  return {"network connections", connection_count_max, sizeof(Connection), MemoryScope::PerWorker};
}

EventLoop::EventLoop(const Parts& parts)
    : engine_(parts.engine),
      network_(parts.network),
      log_(parts.log),
      store_(parts.store),
      clocks_(parts.floor),
      time_server_(parts.time_server, clocks_),
      drain_(parts.drain) {
  const std::size_t count = engine_.connection_count_max();
  POSTERN_ASSERT(count <= connections_max);
  POSTERN_ASSERT(parts.connections.size() >= count * sizeof(Connection));
  auto* const first = reinterpret_cast<Connection*>(parts.connections.data());
  for (std::size_t i = 0; i < count; ++i) new (first + i) Connection;
  connections_ = {first, count};
  read_clocks();
}

EventLoop::~EventLoop() {
  for (Connection& connection : connections_) {
    if (connection.open()) connection.abort();
  }
  for (Listener& listener : listeners_) {
    if (listener.pcb != nullptr) tcp_close(listener.pcb);
  }
}

void EventLoop::read_clocks() {
  clock_ = clocks_.read({static_cast<std::int64_t>(monotonic_us())});
}

// --- The loop ------------------------------------------------------------------------------------

Duration EventLoop::turn() {
  read_clocks();
  if (!started_) tell_records();
  const bool frames_left = take_frames();
  sys_check_timeouts();
  look_at_time();
  PBUF_CHECK_FREE_OOSEQ();

  resolver_.tell(engine_, clock_);
  memory_short_ = bytes_left_ = false;
  for (Connection& connection : connections_) {
    if (connection.open()) deliver(connection);
  }
  // After the events: what came in time is not late because we were.
  if (engine_.next_deadline() <= clock_.now) engine_.advance(clock_);
  if (drain_asked_ && !draining_) start_drain();
  run_commands();
  lingering_.advance(clock_.now);
  flush();
  write_log();
  return until_next(frames_left);
}

Duration EventLoop::until_next(bool frames_left) const {
  if (frames_left || bytes_left_ || commands_left_) return {};
  MonotonicTime next = std::min(engine_.next_deadline(), lingering_.next_deadline());
  if (network_.address().family != Address::Family::None) {
    next = std::min(next, time_server_.next_deadline());
  }
  Duration rest = milliseconds(sys_timeouts_sleeptime());
  if (next != never) rest = std::min(rest, next - clock_.now);
  if (memory_short_) rest = std::min(rest, memory_asked_again);
  if (log_waits_) rest = std::min(rest, log_asked_again);
  return std::max(rest, Duration{});
}

void EventLoop::tell_records() {
  started_ = true;
  std::array<std::byte, record_bytes_max> data;
  for (const std::string_view name : store_.records) {
    const std::size_t size = store_.load(name, data);
    if (size != 0 && size <= data.size()) engine_.stored(name, std::span(data).first(size), clock_);
  }
}

void EventLoop::start_drain() {
  draining_ = true;
  for (Listener& listener : listeners_) {
    if (listener.pcb != nullptr) tcp_close(listener.pcb);
    listener.pcb = nullptr;
  }
  engine_.drain(clock_.now + drain_, clock_);
}

void EventLoop::flush() {
  for (Connection& connection : connections_) connection.flush();
}

void EventLoop::write_log() {
  for (;;) {
    const std::span<const std::byte> lines = engine_.log_window().front();
    log_waits_ = !lines.empty();
    if (lines.empty()) return;
    const std::size_t written = log_(lines);
    if (written == 0) return;
    engine_.log_written(written);
  }
}

// One by one, since one frame brings one client at most: at a limit another one gives way to it,
// whose place is free for the next when its Abort is carried out.
bool EventLoop::take_frames() {
  for (std::size_t i = 0; i < frames_per_turn; ++i) {
    const bool frames_left = network_.poll(1);
    if (std::exchange(client_offered_, false)) run_commands();
    if (!frames_left) return false;
  }
  return true;
}

// What the time server has said is an event like any other, whether or not another one follows.
void EventLoop::look_at_time() {
  if (network_.address().family != Address::Family::None) time_server_.advance(clock_.now);
  if (!time_server_.take_news()) return;
  read_clocks();
  engine_.advance(clock_);
}

// --- Clients -------------------------------------------------------------------------------------

bool EventLoop::add_listener(ListenerId id, const Address& address) {
  ip_addr_t here;
  if (id.index >= listeners_.size() || !to_lwip(address, here)) return false;
  Listener& listener = listeners_[id.index];
  POSTERN_ASSERT(listener.pcb == nullptr);
  tcp_pcb* const pcb = tcp_new();
  if (pcb == nullptr) return false;
  if (tcp_bind(pcb, &here, address.port) == ERR_OK) {
    listener = {this, id, tcp_listen_with_backlog(pcb, NETWORK_BACKLOG)};
  }
  if (listener.pcb == nullptr) {
    tcp_close(pcb);
    return false;
  }
  tcp_arg(listener.pcb, &listener);
  tcp_accept(listener.pcb, on_accepted);
  return true;
}

err_t EventLoop::on_accepted(void* listener, tcp_pcb* client, err_t error) {
  auto& self = *static_cast<Listener*>(listener);
  if (client == nullptr || error != ERR_OK) return ERR_VAL;  // lwIP had no memory for the client
  return self.loop->accept(self.id, client);
}

// Called by lwIP. Its client must be somebody's at once, since its first bytes may follow at once.
err_t EventLoop::accept(ListenerId listener, tcp_pcb* client) {
  client_offered_ = true;
  const auto id =
      engine_.accepted(listener, from_lwip(client->remote_ip, client->remote_port), clock_);
  if (id) {
    connections_[id->slot].accepted(*id, client);
    return ERR_OK;
  }
  ++counts_.turned_away;
  tcp_abort(client);
  return ERR_ABRT;
}

// --- Connections ---------------------------------------------------------------------------------

void EventLoop::deliver(Connection& connection) {
  if (connection.connected() && !connection.connected_told) {
    connection.connected_told = true;
    engine_.connected(connection.id(), clock_);
    if (connection.closing || connection.finishing) send(connection);
  } else if (connection.blocked && connection.has_room()) {
    connection.blocked = false;
    send(connection);
  }
  if (connection.open()) receive(connection);
}

// Moves bytes to the engine until it has no room, no more have come, or it is others' turn.
void EventLoop::receive(Connection& connection) {
  const ConnectionId id = connection.id();
  if (connection.gone() && connection.closing) return lost(connection, *connection.gone());
  if (connection.closing) return;
  for (int i = 0; i < receives_per_turn && !connection.arrived().empty(); ++i) {
    const std::span<std::byte> window = engine_.receive_window(id);
    if (window.empty()) return;  // an Attend follows
    const std::span<const std::byte> bytes = connection.arrived();
    const std::size_t count = std::min(window.size(), bytes.size());
    std::memcpy(window.data(), bytes.data(), count);
    connection.taken(count);
    engine_.received(id, count, clock_);
  }
  if (!connection.arrived().empty()) {
    bytes_left_ = true;
    return;
  }
  if (connection.gone()) return lost(connection, *connection.gone());
  if (connection.ended() && !connection.end_told) {
    connection.end_told = true;
    engine_.ended(id, clock_);
  }
}

void EventLoop::lost(Connection& connection, Closed how) {
  connection.release();
  engine_.closed(connection.id(), how, clock_);
}

void EventLoop::send(Connection& connection) {
  if (!connection.connected() || connection.gone()) return;
  const ConnectionId id = connection.id();
  // Once, so that nobody keeps the loop to himself; but who closes says all that is left.
  do {
    const SendWindow window = engine_.send_window(id);
    const std::size_t size = size_of(window);
    if (size == 0) return all_sent(connection);  // the engine may have dropped what was waiting
    if (connection.blocked) return;
    const std::size_t count = connection.write(window);
    connection.blocked = count < size;
    if (connection.short_of_memory()) {
      ++counts_.short_of_memory;
      memory_short_ = true;
    }
    if (count != 0) engine_.sent(id, count, clock_);
    if (connection.blocked) return;
  } while (connection.closing);
  all_sent(connection);
}

// What was asked for "when all is sent" is done now.
void EventLoop::all_sent(Connection& connection) {
  if (connection.closing) {
    const bool ended = connection.ended();
    if (tcp_pcb* const pcb = connection.release()) lingering_.add(pcb, ended, clock_.now);
  } else if (connection.finishing && size_of(engine_.send_window(connection.id())) == 0) {
    connection.finishing = false;
    connection.finish_sending();
  }
}

// --- Commands ------------------------------------------------------------------------------------

void EventLoop::run_commands() {
  for (int i = 0; i < commands_per_turn; ++i) {
    const auto command = engine_.next_command();
    commands_left_ = command.has_value();
    if (!command) return;
    execute(*command);
  }
}

void EventLoop::execute(const Command& command) {
  switch (command.kind) {
    case Command::Kind::Connect:
      return connect(command);
    case Command::Kind::Resolve:
      return resolve(command.name);
    case Command::Kind::Store:
      return store(command);
    case Command::Kind::WakeOthers:
      return;  // there is one engine
    default:
      break;
  }
  Connection& connection = connections_[command.connection.slot];
  if (!connection.open() || !(connection.id() == command.connection)) return;
  switch (command.kind) {
    case Command::Kind::Abort:
      return connection.abort();
    case Command::Kind::Close:
      connection.closing = true;
      if (connection.gone()) return lost(connection, *connection.gone());
      if (!connection.connected()) return connection.abort();
      return send(connection);
    case Command::Kind::FinishSend:
      connection.finishing = true;
      return send(connection);
    default:
      send(connection);
      if (connection.open()) receive(connection);
  }
}

void EventLoop::connect(const Command& command) {
  Connection& connection = connections_[command.connection.slot];
  std::optional<Closed> failed = Closed::Unreachable;
  if (network_.address().family != Address::Family::None) {
    failed = connection.connect(command.connection, command.address);
  }
  if (!failed) return;
  ++counts_.not_connected;
  engine_.closed(command.connection, *failed, clock_);
}

void EventLoop::resolve(std::string_view name) {
  if (resolver_.ask(name)) return;
  ++counts_.names_refused;
  // The engine's view of the name need not outlive what it does with the answer.
  std::array<char, Resolver::name_bytes_max> copy;
  const std::size_t size = name.copy(copy.data(), copy.size());
  engine_.resolved({copy.data(), size}, {}, clock_);
}

void EventLoop::store(const Command& command) {
  const auto& records = store_.records;
  if (std::find(records.begin(), records.end(), command.name) == records.end()) return;
  if (!store_.replace(command.name, command.data)) ++counts_.store_failures;
}

}  // namespace postern::platform::lwip
