// Drives the whole Engine: the input is a list of events, as a platform could report them in any
// order.
//
//   a          a client connects              e C    the far end of connection C sends no more
//   r C .. 0   bytes arrive, up to a NUL      x C    connection C is reset
//   q C N      piece(N) arrives               s C N  the far end takes 16 * N bytes
//   o C        a connect succeeds             f C N  a connect fails for reason N
//   n N        the oldest look-up is answered: N even: with an address
//   t N        time passes: `pauses[N]`       w N    the wall clock jumps, its trust becomes N
//   d          drain                          N      another engine has news
//   *          everything that can go on does: connects, look-ups, sending
//
// C counts living connections, N is one character; both wrap around. Everything else is skipped.
// Checked: commands are for living connections, no call asserts, the engine comes to rest, and once
// its peers are gone it holds nothing.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/gateway/gateway.hpp"
#include "core/platform.hpp"
#include "tests/fuzz/engine_pieces.hpp"
#include "tests/simulation/configuration.hpp"
#include "tests/simulation/gateway_under_test.hpp"

namespace postern {
namespace {

constexpr std::array<Duration, 8> pauses{microseconds(1),   milliseconds(1), milliseconds(100),
                                         milliseconds(600), seconds(1),      seconds(5),
                                         seconds(31),       seconds(3600)};

constexpr unsigned steps_to_rest_max = 10'000;
constexpr std::size_t received_at_once_max = 64 * 1024;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz_engine: %s\n", what);
  std::abort();
}

/// The smallest platform: does what it is told, when the input says so.
class Platform {
 public:
  explicit Platform(Engine& engine) : engine_(engine) {}

  void run(std::string_view input) {
    input_ = input;
    while (!input_.empty()) {
      event(take());
      settle();
    }
    leave();
  }

 private:
  struct Connection {
    ConnectionId id;
    enum class State : std::uint8_t { Connecting, Open, Closing } state = State::Open;
    bool ended = false;
    bool end_told = false;
    std::string arrived;   ///< Not yet taken by the engine.
    std::size_t room = 0;  ///< What the far end takes.
    bool unlimited = true;
  };

  char take() {
    if (input_.empty()) return 0;
    const char c = input_.front();
    input_.remove_prefix(1);
    return c;
  }
  std::size_t number() {
    return static_cast<std::size_t>(static_cast<unsigned char>(take()) - '0') & 0xFF;
  }
  Connection* chosen() {
    const std::size_t index = number();
    return connections_.empty() ? nullptr : &connections_[index % connections_.size()];
  }

  void event(char what) {
    switch (what) {
      case 'a':
        return accept();
      case 'n':
        return answer_name(number() % 2 == 0);
      case 't':
        return pass(pauses[number() % pauses.size()]);
      case 'w':
        return jump(number());
      case 'd':
        return engine_.drain(clock_.now + seconds(3), clock_);
      case 'N':
        return engine_.notified(clock_);
      case '*':
        return go_on();
      case 'r':
      case 'q':
      case 'e':
      case 'x':
      case 's':
      case 'o':
      case 'f':
        break;
      default:
        return;
    }
    Connection* connection = chosen();
    if (connection != nullptr) connection_event(what, *connection);
  }

  void connection_event(char what, Connection& connection) {
    const bool open = connection.state == Connection::State::Open;
    switch (what) {
      case 'r':
        return arrive(connection, raw());
      case 'q':
        return arrive(connection, fuzz::piece(number()));
      case 'e':
        if (!open) return;
        connection.ended = true;
        return deliver(connection);
      case 'x':
        if (open) lose(connection, Closed::ByPeer);
        return;
      case 's':
        connection.unlimited = false;
        connection.room = number() * 16;
        if (open || connection.state == Connection::State::Closing) flush(connection);
        return;
      case 'o':
        if (connection.state != Connection::State::Connecting) return;
        connection.state = Connection::State::Open;
        return engine_.connected(connection.id, clock_);
      case 'f':
        if (connection.state != Connection::State::Connecting) return;
        return lose(connection, static_cast<Closed>(1 + number() % 3));
      default:
        return;
    }
  }

  std::string_view raw() {
    const std::string_view bytes = input_.substr(0, input_.find('\0'));
    input_.remove_prefix(std::min(input_.size(), bytes.size() + 1));
    return bytes;
  }

  void accept() {
    Address from;
    from.family = Address::Family::V4;
    from.port = 1;
    const auto id = engine_.accepted(ListenerId{}, from, clock_);
    if (id.has_value()) add(*id, Connection::State::Open);
  }

  void add(ConnectionId id, Connection::State state) {
    require(id.slot < engine_.connection_count_max(), "a slot beyond connection_count_max()");
    for (const Connection& other : connections_) require(other.id.slot != id.slot, "a slot twice");
    Connection connection;
    connection.id = id;
    connection.state = state;
    connections_.push_back(connection);
  }

  void arrive(Connection& connection, std::string_view bytes) {
    if (connection.state != Connection::State::Open || connection.ended) return;
    if (connection.arrived.size() > received_at_once_max) return;
    connection.arrived += bytes;
    deliver(connection);
  }

  void deliver(Connection& connection) {
    if (connection.state != Connection::State::Open) return;
    while (!connection.arrived.empty()) {
      const std::span<std::byte> window = engine_.receive_window(connection.id);
      if (window.empty()) return;
      const std::size_t count = std::min(window.size(), connection.arrived.size());
      std::memcpy(window.data(), connection.arrived.data(), count);
      connection.arrived.erase(0, count);
      engine_.received(connection.id, count, clock_);
    }
    if (!connection.ended || connection.end_told) return;
    connection.end_told = true;
    engine_.ended(connection.id, clock_);
  }

  /// True when nothing is left to send.
  bool flush(Connection& connection) {
    for (;;) {
      std::size_t wanted = 0;
      for (const auto& piece : engine_.send_window(connection.id)) {
        for (const std::byte& byte : piece) checksum_ += static_cast<unsigned>(byte);
        wanted += piece.size();
      }
      if (wanted == 0) break;
      if (!connection.unlimited) wanted = std::min(wanted, connection.room);
      if (wanted == 0) return false;
      connection.room -= connection.unlimited ? 0 : wanted;
      engine_.sent(connection.id, wanted, clock_);
    }
    if (connection.state == Connection::State::Closing) forget(connection.id);
    return true;
  }

  void lose(Connection& connection, Closed why) {
    const ConnectionId id = connection.id;
    forget(id);
    engine_.closed(id, why, clock_);
  }

  void forget(ConnectionId id) {
    std::erase_if(connections_, [&](const Connection& it) { return it.id == id; });
  }

  Connection* find(ConnectionId id) {
    const auto found = std::find_if(connections_.begin(), connections_.end(),
                                    [&](const Connection& it) { return it.id == id; });
    return found == connections_.end() ? nullptr : &*found;
  }

  void answer_name(bool known) {
    if (names_.empty()) return;
    const std::string name = names_.front();
    names_.pop_front();
    Address address;
    address.family = Address::Family::V4;
    address.port = 1;
    const std::array found{address};
    engine_.resolved(name, known ? std::span<const Address>(found) : std::span<const Address>(),
                     clock_);
  }

  void pass(Duration time) { clock_.now = clock_.now + time; }

  void jump(std::size_t number) {
    clock_.wall.s += static_cast<std::int64_t>(number) * 1000 - 4000;
    clock_.trust = static_cast<ClockTrust>(number % 3);
  }

  void go_on() {
    for (unsigned i = 0; i < 20; ++i) {
      while (!names_.empty()) answer_name(true);
      for (std::size_t at = 0; at < connections_.size(); ++at) {
        Connection& connection = connections_[at];
        connection.unlimited = true;
        if (connection.state == Connection::State::Connecting) {
          connection.state = Connection::State::Open;
          engine_.connected(connection.id, clock_);
        } else {
          flush(connection);
        }
      }
      settle();
    }
  }

  /// One end of a batch, as in every platform's main loop.
  void settle() {
    engine_.advance(clock_);
    for (unsigned taken = 0; const auto command = engine_.next_command(); ++taken) {
      require(taken < steps_to_rest_max, "commands without end");
      execute(*command);
    }
    const SendWindow log = engine_.log_window();
    std::size_t logged = 0;
    for (const auto& piece : log) logged += piece.size();
    if (logged > 0) engine_.log_written(logged);
  }

  void execute(const Command& command) {
    switch (command.kind) {
      case Command::Kind::Connect:
        require(command.address.port != 0, "Connect without a port");
        return add(command.connection, Connection::State::Connecting);
      case Command::Kind::Resolve:
        return names_.push_back(std::string(command.name));
      case Command::Kind::Store:
        require(command.name == gateway::clock_floor_record, "a record nobody knows");
        return require(clock_.trust == ClockTrust::Synchronised, "a floor nobody vouches for");
      case Command::Kind::WakeOthers:
        return;
      case Command::Kind::Attend:
      case Command::Kind::Close:
      case Command::Kind::Abort:
      case Command::Kind::FinishSend:
        break;
    }
    Connection* connection = find(command.connection);
    require(connection != nullptr, "a command for a dead connection");
    if (command.kind == Command::Kind::Abort) return forget(command.connection);
    if (command.kind == Command::Kind::Close) {
      if (connection->state == Connection::State::Connecting) return forget(command.connection);
      connection->state = Connection::State::Closing;
      flush(*connection);
      return;
    }
    if (connection->state != Connection::State::Open) return;
    flush(*connection);
    deliver(*connection);
  }

  /// The clients leave, the names are answered, time passes: nothing may be left.
  void leave() {
    while (!names_.empty()) answer_name(false);
    settle();
    for (std::size_t at = connections_.size(); at-- > 0;) {
      if (at < connections_.size() && connections_[at].state == Connection::State::Open) {
        lose(connections_[at], Closed::ByPeer);
        settle();
      }
    }
    for (unsigned step = 0; in_use() || !names_.empty(); ++step) {
      require(step < steps_to_rest_max, "the engine never comes to rest");
      while (!names_.empty()) answer_name(false);
      clock_.now =
          std::max(clock_.now, std::min(engine_.next_deadline(), clock_.now + seconds(60)));
      settle();
    }
    const gateway::Occupancy left = gateway::occupancy(engine_);
    require(left.clients == 0, "a client is left over");
    require(left.outgoing == 0, "an outgoing connection is left over");
    require(left.exchanges == 0, "an exchange is left over");
    require(left.lookups == 0 && left.waiters == 0, "a lookup is left over");
    require(left.buffers == 0, "a buffer is left over");
    require(connections_.empty(), "a connection is open that the engine does not know");
  }

  [[nodiscard]] bool in_use() const {
    const gateway::Occupancy now = gateway::occupancy(engine_);
    return now.clients + now.outgoing + now.exchanges + now.lookups + now.waiters + now.buffers !=
           0;
  }

  Engine& engine_;
  Clock clock_{MonotonicTime{1'000'000}, WallTime{1'800'000'000}, ClockTrust::Synchronised};
  std::string_view input_;
  std::vector<Connection> connections_;
  std::deque<std::string> names_;
  unsigned checksum_ = 0;  ///< Every byte of a send window is read, for the sanitizers to see.
};

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern;
  simulation::GatewayUnderTest gateway(simulation::configuration_text(/*tight=*/true), 1);
  require(gateway.trouble().empty(), gateway.trouble().c_str());
  Platform(gateway.engine(0)).run({reinterpret_cast<const char*>(data), size});
  return 0;
}
