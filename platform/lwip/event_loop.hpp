// lwip: an engine's connections, names, clocks and log, on lwIP's raw API, without a heap or a
// kernel.
// In: an Engine, a network interface, the board's functions. Out: events and bytes to the engine,
// segments to lwIP, lines to the board's log.
// Never: a wait, an allocation, an engine called from inside lwIP's handling of a frame (but for
// accepted(), which needs an answer).
#pragma once

#include <lwip/tcp.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/memory_plan.hpp"
#include "core/platform.hpp"
#include "platform/lwip/clocks.hpp"
#include "platform/lwip/connection.hpp"
#include "platform/lwip/lingering.hpp"
#include "platform/lwip/network.hpp"
#include "platform/lwip/resolver.hpp"
#include "platform/lwip/time_server.hpp"

namespace postern::platform::lwip {

/// Drives one engine: as a bare loop, or as the one task of an RTOS that touches lwIP.
///
/// A turn moves what happened one way and what follows from it the other: frames to lwIP, lwIP's
/// events to the engine, the engine's commands to lwIP, log lines to the board. It never waits;
/// between two turns the board may sleep until a frame comes, but no longer than turn() says.
///
/// What lwIP is short of is tried again: a connection whose bytes find no memory keeps them with
/// the engine, a client for whom there is no PCB repeats its SYN.
class EventLoop {
 public:
  /// The small records that outlive a restart, as the board keeps them.
  struct Store {
    /// Their names.
    std::span<const std::string_view> records;
    /// Reads a record into `data`: how long it is. 0: there is none.
    std::size_t (*load)(std::string_view name, std::span<std::byte> data) = nullptr;
    /// Replaces a record, whole or not at all. False: the board could not.
    bool (*replace)(std::string_view name, std::span<const std::byte> data) = nullptr;
  };

  struct Parts {
    Engine& engine;
    Network& network;  ///< Started before the first turn.
    /// Takes as many bytes for the log as there is room for, without waiting: how many.
    std::size_t (*log)(std::span<const std::byte>);
    Store store;                       ///< Without records: none is kept.
    TimeServer::Settings time_server;  ///< Without one the date stays unknown.
    std::span<std::byte> connections;  ///< Memory as connections_row() says.
    WallTime floor;                    ///< No earlier wall time can be right: the build date.
    Duration drain;                    ///< How long what runs may go on after drain().
  };

  /// What went otherwise than one would wish, since start.
  struct Counts {
    std::uint32_t turned_away = 0;      ///< Clients the engine had no room for.
    std::uint32_t not_connected = 0;    ///< Connects that could not even begin.
    std::uint32_t short_of_memory = 0;  ///< Writes that lwIP had no memory for, and tried again.
    std::uint32_t names_refused = 0;    ///< Lookups beyond what may run at a time.
    std::uint32_t store_failures = 0;   ///< Records the board could not write.
  };

  /// How many connections lwIP is built for: the engine may not have more.
  static constexpr std::size_t connections_max = NETWORK_CONNECTIONS;
  static constexpr std::size_t listeners_max = NETWORK_LISTENERS;
  /// What the loop needs beside the engine, for the memory plan.
  static MemoryRow connections_row(std::size_t connection_count_max);

  /// REQUIRES: everything in `parts` outlives it; engine.connection_count_max() is at most
  /// connections_max.
  explicit EventLoop(const Parts& parts);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Listens on `address`, whose clients come to the engine as those of `id`; 0.0.0.0 is any
  /// address of ours. False: there are listeners_max already, or the address has one.
  [[nodiscard]] bool add_listener(ListenerId id, const Address& address);

  /// One turn. Until when nothing is to be done unless a frame comes: how long from now. Zero: at
  /// once.
  Duration turn();

  /// Stop listening, and end when the last client has gone, or after Parts::drain.
  void drain() { drain_asked_ = true; }
  /// True: that has happened, and no more turn is needed.
  [[nodiscard]] bool drained() const { return engine_.drained(); }

  [[nodiscard]] const Counts& counts() const { return counts_; }
  [[nodiscard]] Clock clock() const { return clock_; }

 private:
  struct Listener {
    EventLoop* loop = nullptr;
    ListenerId id;
    tcp_pcb* pcb = nullptr;
  };

  void read_clocks();
  bool take_frames();
  void look_at_time();
  void tell_records();
  static err_t on_accepted(void* listener, tcp_pcb* client, err_t error);
  err_t accept(ListenerId listener, tcp_pcb* client);

  void deliver(Connection& connection);
  void receive(Connection& connection);
  void lost(Connection& connection, Closed how);
  void send(Connection& connection);
  void all_sent(Connection& connection);

  void run_commands();
  void execute(const Command& command);
  void connect(const Command& command);
  void resolve(std::string_view name);
  void store(const Command& command);

  void flush();
  void write_log();
  void start_drain();
  [[nodiscard]] Duration until_next(bool frames_left) const;

  Engine& engine_;
  Network& network_;
  std::size_t (*log_)(std::span<const std::byte>);
  Store store_;
  std::span<Connection> connections_;
  Clocks clocks_;
  Clock clock_;
  TimeServer time_server_;
  Resolver resolver_;
  Lingering lingering_;
  std::array<Listener, listeners_max> listeners_;
  Duration drain_;
  Counts counts_;
  bool started_ = false;
  bool drain_asked_ = false;
  bool draining_ = false;
  bool client_offered_ = false;  ///< By the frame that was taken last.
  bool commands_left_ = false;
  bool bytes_left_ = false;    ///< Some connection's bytes wait for the next turn.
  bool memory_short_ = false;  ///< Some connection's write found no memory.
  bool log_waits_ = false;     ///< There are lines, and the board has no room.
};

}  // namespace postern::platform::lwip
