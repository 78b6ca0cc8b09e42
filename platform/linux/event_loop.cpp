#include "platform/linux/event_loop.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <utility>

#include "core/base/assert.hpp"
#include "platform/linux/socket_address.hpp"
#include "platform/linux/stream.hpp"

namespace postern::platform {
namespace {

constexpr int events_per_turn = 128;
// Then the loop looks at what else has happened: two fast peers do not keep it to themselves.
constexpr int commands_per_turn = 1024;
constexpr int accepts_per_turn = 64;
constexpr int receives_per_turn = 16;

// All a socket can tell, told once each time it becomes true.
constexpr std::uint32_t everything = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

// What an event is about: a kind in the upper half, and a number of that kind.
enum class Kind : std::uint32_t { Socket, Listener, Mail, Lingering };

constexpr std::uint64_t tag_of(Kind kind, std::uint32_t number) {
  return std::uint64_t{static_cast<std::uint32_t>(kind)} << 32 | number;
}
constexpr std::uint32_t token_of(ConnectionId id) {
  return std::uint32_t{id.generation} << 16 | id.slot;
}

Closed how_lost(int error) {
  switch (error) {
    case ECONNREFUSED:
      return Closed::Refused;
    case ECONNRESET:
    case EPIPE:
      return Closed::ByPeer;
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ETIMEDOUT:
    case EADDRNOTAVAIL:
    case EMFILE:
    case ENFILE:
      return Closed::Unreachable;
    default:
      return Closed::Error;
  }
}

}  // namespace

MemoryRow EventLoop::sockets_row(std::size_t connection_count_max) {
  return {"sockets", connection_count_max, sizeof(Socket), MemoryScope::PerWorker};
}

std::size_t EventLoop::descriptor_count_max(std::size_t connection_count_max,
                                            std::size_t listener_count) {
  constexpr std::size_t own = 3;  // epoll, mailbox, spare
  return connection_count_max + Lingering::count_max + listener_count + own;
}

EventLoop::EventLoop(const Parts& parts)
    : engine_(parts.engine),
      mailbox_(parts.mailbox),
      resolver_(parts.resolver),
      store_(parts.store),
      others_(parts.others),
      clocks_(parts.floor),
      log_(parts.engine, parts.log),
      drain_(parts.drain),
      epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  const std::size_t count = engine_.connection_count_max();
  POSTERN_ASSERT(parts.sockets.size() >= count * sizeof(Socket));
  auto* const first = reinterpret_cast<Socket*>(parts.sockets.data());
  for (std::size_t i = 0; i < count; ++i) new (first + i) Socket;
  sockets_ = {first, count};
  if (!watch(mailbox_.descriptor(), EPOLLIN, tag_of(Kind::Mail, 0))) epoll_.reset();
  clock_ = clocks_.read();
}

EventLoop::~EventLoop() {
  for (Socket& socket : sockets_) {
    if (socket.descriptor >= 0) ::close(socket.descriptor);
  }
}

bool EventLoop::watch(int descriptor, std::uint32_t events, std::uint64_t tag) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = tag;
  return epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, descriptor, &event) == 0;
}

bool EventLoop::add_listener(ListenerId id, Descriptor socket) {
  POSTERN_ASSERT(id.index == listeners_.size());
  listeners_.push_back(std::move(socket));
  return watch(listeners_.back().number(), EPOLLIN, tag_of(Kind::Listener, id.index));
}

// --- The loop ------------------------------------------------------------------------------------

void EventLoop::run() {
  std::array<epoll_event, events_per_turn> events;
  clock_ = clocks_.read();
  store_.tell(engine_, clock_);
  while (!engine_.drained()) {
    const int count =
        epoll_wait(epoll_.number(), events.data(), events_per_turn, commands_left_ ? 0 : wait_ms());
    clock_ = clocks_.read();
    for (int i = 0; i < count; ++i) {
      handle(events[static_cast<std::size_t>(i)]);
    }
    // After the events: what came in time is not late because we were, and a request that was here
    // before the order to drain is answered.
    if (engine_.next_deadline() <= clock_.now) engine_.advance(clock_);
    if (mailbox_.draining() && !draining_) start_drain();
    run_commands();
    lingering_.advance(clock_.now);
    log_.turn(clock_.now);
  }
  log_.finish();
}

// Rounded up: a loop that wakes up too early would find nothing due, and again.
int EventLoop::wait_ms() const {
  constexpr std::int64_t ms_max = 60'000;
  const MonotonicTime next =
      std::min({engine_.next_deadline(), log_.next_deadline(), lingering_.next_deadline()});
  if (next == never) return ms_max;
  const std::int64_t ms = (next.us - clock_.now.us + 999) / 1000;
  return static_cast<int>(std::clamp<std::int64_t>(ms, 0, ms_max));
}

void EventLoop::handle(const epoll_event& event) {
  const auto number = static_cast<std::uint32_t>(event.data.u64);
  switch (static_cast<Kind>(event.data.u64 >> 32)) {
    case Kind::Socket:
      return handle_socket(number, event.events);
    case Kind::Listener:
      return accept_clients(number);
    case Kind::Mail:
      return handle_mail();
    case Kind::Lingering:
      return lingering_.readable(static_cast<std::uint16_t>(number));
  }
}

void EventLoop::handle_mail() {
  mailbox_.woken();
  if (mailbox_.take_notice()) engine_.notified(clock_);
  for (const NameAnswer& answer : mailbox_.take_answers()) {
    engine_.resolved(answer.name(), {answer.addresses.data(), answer.address_count}, clock_);
  }
}

void EventLoop::start_drain() {
  draining_ = true;
  listeners_.clear();  // who comes now is refused by the kernel, or served by our successor
  engine_.drain(clock_.now + drain_, clock_);
}

// --- Clients -------------------------------------------------------------------------------------

void EventLoop::accept_clients(std::size_t index) {
  if (draining_) return;
  for (int i = 0; i < accepts_per_turn; ++i) {
    Address peer;
    Descriptor client = acceptor_.accept(listeners_[index].number(), peer);
    if (!client.valid()) return;
    const auto id = engine_.accepted(ListenerId{static_cast<std::uint8_t>(index)}, peer, clock_);
    if (id && !adopt(*id, std::move(client), false)) engine_.closed(*id, Closed::Error, clock_);
    // At a limit another one gives way, whose place the next may need.
    run_commands();
    if (commands_left_) return;  // the next is still there in the next turn
  }
}

bool EventLoop::adopt(ConnectionId id, Descriptor descriptor, bool connecting) {
  if (!watch(descriptor.number(), everything, tag_of(Kind::Socket, token_of(id)))) return false;
  Socket& socket = sockets_[id.slot];
  POSTERN_ASSERT(socket.descriptor < 0);
  socket = Socket{};
  socket.descriptor = descriptor.release();
  socket.generation = id.generation;
  socket.connecting = connecting;
  return true;
}

// --- Sockets -------------------------------------------------------------------------------------

void EventLoop::handle_socket(std::uint32_t token, std::uint32_t events) {
  const ConnectionId id{static_cast<std::uint16_t>(token & 0xFFFF),
                        static_cast<std::uint16_t>(token >> 16)};
  Socket& socket = sockets_[id.slot];
  if (socket.descriptor < 0 || socket.generation != id.generation) return;  // gone meanwhile
  if (socket.connecting) {
    if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) == 0) return;
    connected(socket, id);
    if (socket.descriptor < 0) return;
  }
  // Nothing can stand before this error: the end was received.
  if ((events & EPOLLERR) != 0 && socket.end_told) return lost(socket, id, Closed::ByPeer);
  // An end or an error is found by receiving, behind the bytes that came before it.
  if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) {
    socket.readable = true;
    // A short read says "nothing left" only when no end stands behind it.
    if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) socket.end_seen = true;
  }
  if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0 && socket.blocked) {
    socket.blocked = false;
    send(socket, id);
    if (socket.descriptor < 0) return;
  }
  receive(socket, id);
}

void EventLoop::connected(Socket& socket, ConnectionId id) {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(socket.descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) return lost(socket, id, how_lost(error));
  socket.connecting = false;
  engine_.connected(id, clock_);
  if (socket.closing || socket.finishing) send(socket, id);
}

// Moves bytes to the engine until it has no room, the kernel has no more, or it is others' turn.
void EventLoop::receive(Socket& socket, ConnectionId id) {
  for (int i = 0; socket.readable && !socket.connecting && !socket.closing; ++i) {
    if (i == receives_per_turn) return let_others_go_first(socket, id);
    const std::span<std::byte> window = engine_.receive_window(id);
    if (window.empty()) return;  // an Attend follows
    const Moved moved = receive_some(socket.descriptor, window);
    switch (moved.kind) {
      case Moved::Kind::Some:
        if (moved.byte_count < window.size() && !socket.end_seen) socket.readable = false;
        engine_.received(id, moved.byte_count, clock_);
        break;
      case Moved::Kind::Nothing:
        socket.readable = false;
        engine_.receive_nothing(id);
        break;
      case Moved::Kind::End:
        socket.readable = false;
        engine_.receive_nothing(id);
        if (socket.broken) return lost(socket, id, Closed::ByPeer);
        if (!socket.end_told) {
          socket.end_told = true;
          engine_.ended(id, clock_);
        }
        break;
      case Moved::Kind::Broken:
        engine_.receive_nothing(id);
        return lost(socket, id, Closed::ByPeer);
    }
  }
}

// To be registered anew is to be told anew, behind whatever else has happened. The one epoll_ctl
// there is for a living connection; only who sends without pause pays for it.
void EventLoop::let_others_go_first(const Socket& socket, ConnectionId id) {
  epoll_event event{};
  event.events = everything;
  event.data.u64 = tag_of(Kind::Socket, token_of(id));
  epoll_ctl(epoll_.number(), EPOLL_CTL_MOD, socket.descriptor, &event);
}

void EventLoop::send(Socket& socket, ConnectionId id) {
  if (socket.connecting) return;
  if (socket.broken) {
    if (socket.closing) lost(socket, id, Closed::ByPeer);
    return;
  }
  // Once, so that nobody keeps the loop to himself; but who closes says all that is left.
  do {
    const SendWindow window = engine_.send_window(id);
    const std::size_t size = size_of(window);
    if (size == 0) return all_sent(socket, id);  // the engine may have dropped what was blocked
    if (socket.blocked) return;
    const Moved moved = send_some(socket.descriptor, window);
    switch (moved.kind) {
      case Moved::Kind::Some:
        socket.blocked = moved.byte_count < size;
        engine_.sent(id, moved.byte_count, clock_);
        break;
      case Moved::Kind::Nothing:
        socket.blocked = true;
        return;
      case Moved::Kind::End:
      case Moved::Kind::Broken:
        if (socket.closing) return lost(socket, id, Closed::ByPeer);
        // The peer may have answered before it went: an upstream that refuses a long upload does.
        socket.broken = socket.readable = socket.end_seen = true;
        return receive(socket, id);
    }
    if (socket.blocked) return;
  } while (socket.closing);
  all_sent(socket, id);
}

// What was asked for "when all is sent" is done now.
void EventLoop::all_sent(Socket& socket, ConnectionId id) {
  if (!socket.finishing && !socket.closing) return;
  if (socket.finishing && size_of(engine_.send_window(id)) != 0) return;
  shutdown(socket.descriptor, SHUT_WR);
  socket.finishing = false;
  if (!socket.closing) return;
  Descriptor closing(std::exchange(socket.descriptor, -1));
  if (socket.end_seen && !socket.readable) return;
  const int descriptor = closing.number();
  const std::uint16_t place = lingering_.add(std::move(closing), clock_.now);
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP;
  event.data.u64 = tag_of(Kind::Lingering, place);
  if (epoll_ctl(epoll_.number(), EPOLL_CTL_MOD, descriptor, &event) != 0) {
    lingering_.readable(place);
  }
}

void EventLoop::forget(Socket& socket) { ::close(std::exchange(socket.descriptor, -1)); }

void EventLoop::lost(Socket& socket, ConnectionId id, Closed how) {
  forget(socket);
  engine_.closed(id, how, clock_);
}

// --- Commands ------------------------------------------------------------------------------------

void EventLoop::run_commands() {
  for (int i = 0; i < commands_per_turn; ++i) {
    const auto command = engine_.next_command();
    if (!command) {
      commands_left_ = false;
      return;
    }
    execute(*command);
  }
  commands_left_ = true;
}

void EventLoop::execute(const Command& command) {
  const ConnectionId id = command.connection;
  switch (command.kind) {
    case Command::Kind::Connect:
      return connect(command);
    case Command::Kind::Resolve:
      return resolver_.ask(mailbox_, command.name);
    case Command::Kind::Store:
      return store_.replace(command.name, command.data);
    case Command::Kind::WakeOthers:
      for (Mailbox* other : others_) other->notify();
      return;
    default:
      break;
  }
  Socket& socket = sockets_[id.slot];
  if (socket.descriptor < 0 || socket.generation != id.generation) return;
  switch (command.kind) {
    case Command::Kind::Abort: {
      const linger at_once{.l_onoff = 1, .l_linger = 0};
      setsockopt(socket.descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      return forget(socket);
    }
    case Command::Kind::Close:
      socket.closing = true;
      return send(socket, id);
    case Command::Kind::FinishSend:
      socket.finishing = true;
      return send(socket, id);
    default:
      send(socket, id);
      if (socket.descriptor >= 0) receive(socket, id);
  }
}

void EventLoop::connect(const Command& command) {
  const ConnectionId id = command.connection;
  const bool v6 = command.address.family == Address::Family::V6;
  Descriptor opened(
      ::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!opened.valid()) return engine_.closed(id, how_lost(errno), clock_);
  const int on = 1;
  setsockopt(opened.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const SocketAddress address(command.address);
  const bool at_once = ::connect(opened.number(), address.data(), address.size()) == 0;
  if (!at_once && errno != EINPROGRESS) return engine_.closed(id, how_lost(errno), clock_);
  if (!adopt(id, std::move(opened), !at_once)) return engine_.closed(id, Closed::Error, clock_);
  if (at_once) engine_.connected(id, clock_);
}

}  // namespace postern::platform
