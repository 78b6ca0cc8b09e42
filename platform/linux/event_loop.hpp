// linux: an engine's sockets, names, clocks and log, on one kernel's terms.
// In: an Engine, listening sockets, words from other threads. Out: events and bytes to the engine,
// bytes to sockets, lines to standard error.
// Never: a wait for anything but epoll, a decision about a request, an allocation per request.
#pragma once

#include <sys/epoll.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/memory_plan.hpp"
#include "core/platform.hpp"
#include "platform/linux/acceptor.hpp"
#include "platform/linux/clocks.hpp"
#include "platform/linux/descriptor.hpp"
#include "platform/linux/lingering.hpp"
#include "platform/linux/log_pump.hpp"
#include "platform/linux/mailbox.hpp"
#include "platform/linux/resolver.hpp"
#include "platform/linux/store.hpp"

namespace postern::platform {

/// Drives one engine with one thread: sockets by epoll, names by the resolver, records by
/// the store, log by the pump.
///
/// Each socket is registered once, for everything, edge-triggered: a request costs no epoll_ctl. A
/// short read says that nothing is left, so that no second one is needed to be told; what is to be
/// sent is sent at once, and only what the kernel does not take waits for an event.
///
/// Fair: in one turn a connection is read from, a listener accepts and the engine commands only so
/// often, so that nobody who is fast keeps the loop to himself.
class EventLoop {
 public:
  struct Parts {
    Engine& engine;
    Mailbox& mailbox;
    Resolver& resolver;
    Store& store;
    const LogStream& log;
    std::span<Mailbox*> others;    ///< Of the other engines of this process.
    std::span<std::byte> sockets;  ///< Memory as sockets_row() says.
    WallTime floor;                ///< No earlier wall time can be right: the build date.
    Duration drain;                ///< How long what runs may go on after Mailbox::drain().
  };

  /// What the loop needs beside the engine, for the memory plan.
  static MemoryRow sockets_row(std::size_t connection_count_max);
  /// File descriptors one loop may have open at a time.
  static std::size_t descriptor_count_max(std::size_t connection_count_max,
                                          std::size_t listener_count);

  /// REQUIRES: everything in `parts` outlives it.
  explicit EventLoop(const Parts& parts);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// False: the kernel has no epoll instance or no room for it.
  [[nodiscard]] bool ready() const { return epoll_.valid(); }
  /// Listens on `socket`, whose clients come to the engine as those of `id`.
  [[nodiscard]] bool add_listener(ListenerId id, Descriptor socket);

  /// Until the mailbox says drain and the last client is gone.
  void run();

 private:
  /// What is known of one connection's socket. Indexed by ConnectionId::slot.
  struct Socket {
    int descriptor = -1;
    std::uint16_t generation = 0;
    bool connecting : 1 = false;
    bool readable : 1 = false;  ///< There may be bytes, or the peer's end.
    bool end_seen : 1 = false;  ///< The peer's end has arrived, though perhaps not been received.
    bool end_told : 1 = false;  ///< And the engine knows.
    bool broken : 1 = false;    ///< Nothing can be sent any more; what had come before can be read.
    bool blocked : 1 = false;   ///< The kernel takes no more bytes for now.
    bool finishing : 1 = false;  ///< Our direction ends when all is sent.
    bool closing : 1 = false;    ///< All of it ends when all is sent.
  };

  void handle(const epoll_event& event);
  void handle_socket(std::uint32_t token, std::uint32_t events);
  void handle_mail();
  void accept_clients(std::size_t index);
  void connected(Socket& socket, ConnectionId id);

  void run_commands();
  void execute(const Command& command);
  void connect(const Command& command);
  void send(Socket& socket, ConnectionId id);
  void receive(Socket& socket, ConnectionId id);
  void all_sent(Socket& socket, ConnectionId id);
  void lost(Socket& socket, ConnectionId id, Closed how);

  bool watch(int descriptor, std::uint32_t events, std::uint64_t tag);
  void let_others_go_first(const Socket& socket, ConnectionId id);
  bool adopt(ConnectionId id, Descriptor descriptor, bool connecting);
  static void forget(Socket& socket);
  void start_drain();
  [[nodiscard]] int wait_ms() const;

  Engine& engine_;
  Mailbox& mailbox_;
  Resolver& resolver_;
  Store& store_;
  std::span<Mailbox*> others_;
  std::span<Socket> sockets_;
  Clocks clocks_;
  Clock clock_;
  LogPump log_;
  Lingering lingering_;
  std::vector<Descriptor> listeners_;
  Acceptor acceptor_;
  Duration drain_;
  Descriptor epoll_;
  bool draining_ = false;
  bool commands_left_ = false;
};

}  // namespace postern::platform
