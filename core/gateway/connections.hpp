#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "core/base/deadlines.hpp"
#include "core/base/pool.hpp"
#include "core/gateway/buffers.hpp"
#include "core/gateway/connection.hpp"
#include "core/gateway/secured.hpp"

namespace postern::gateway {

/// How many TLS sessions, and of these how many handshakes, there may be at a time, by role.
struct SessionCounts {
  std::array<std::size_t, role_count> sessions{};
  std::array<std::size_t, role_count> handshakes{};

  [[nodiscard]] constexpr std::size_t all_sessions() const {
    return sessions[0] + sessions[1] + sessions[2];
  }
  [[nodiscard]] constexpr std::size_t all_handshakes() const {
    return handshakes[0] + handshakes[1] + handshakes[2];
  }
};

/// All connections of one engine with what belongs to each: its slot and generation, its buffers,
/// its one running time-out, its TLS session, and the commands that wait for the platform. Decides
/// nothing about requests. What is written to an output is protected when the platform asks for it:
/// so a connection's user sees plain bytes only.
class Connections {
 public:
  static constexpr MemoryRow row(std::size_t count) {
    return Pool<Connection>::row("connections", count);
  }
  static constexpr MemoryRow secured_row(const SessionCounts& counts) {
    return Pool<Secured>::row("TLS: records and state", counts.all_sessions());
  }
  /// REQUIRES: `memory` and `secured` are as long as their rows say; `buffers` outlives this.
  Connections(std::span<std::byte> memory, std::size_t count, std::span<std::byte> secured,
              const SessionCounts& counts, Buffers& buffers);

  /// A slot for a new connection; no_slot when all are taken.
  std::uint16_t open(Role role, Phase phase);
  /// Forgets the connection and gives its buffers back. The id is dead from now on; pending
  /// commands are dropped.
  void free(std::uint16_t slot);

  Connection& operator[](std::uint16_t slot) { return pool_[slot]; }
  const Connection& operator[](std::uint16_t slot) const { return pool_[slot]; }
  /// The slot of a living connection; no_slot when the id is of another generation.
  [[nodiscard]] std::uint16_t find(ConnectionId id) const;
  [[nodiscard]] ConnectionId id(std::uint16_t slot) const { return {slot, pool_.generation(slot)}; }
  [[nodiscard]] std::size_t count_max() const { return pool_.count(); }
  /// Connections of this role, with or without those that are only being closed.
  [[nodiscard]] std::size_t alive(Role role) const { return alive_[index(role)]; }
  [[nodiscard]] std::size_t active(Role role) const { return active_[index(role)]; }
  /// Visits every living connection.
  template <class Visit>
  void for_each(Visit visit) {
    for (std::size_t i = 0; i < pool_.used_max(); ++i) {
      const auto slot = static_cast<std::uint16_t>(i);
      if (pool_.in_use(slot) && !pool_[slot].freed) visit(slot);
    }
  }

  // Commands for the platform, in the order of the first wish per connection.
  void attend(std::uint16_t slot) { queue(slot, attend_bit); }
  void connect(std::uint16_t slot) { queue(slot, connect_bit); }
  void finish_send(std::uint16_t slot) {
    if (Secured* it = secured(slot)) it->notify = true;
    queue(slot, finish_bit);
  }
  /// Sends what is left, then closes. The connection has no user from now on; start a time-out to
  /// bound it.
  void close(std::uint16_t slot) { retire(slot, close_bit); }
  /// Closes at once, by a reset. The connection has no user from now on.
  void abort(std::uint16_t slot) { retire(slot, abort_bit); }
  /// The next one, or nothing. A connection whose Abort, or whose Close with nothing left to send,
  /// is taken is freed.
  std::optional<Command> next_command();

  // The one time-out a connection has at a time.
  std::uint8_t add_timer(Duration duration) { return deadlines_.add_queue(duration); }
  void start(std::uint16_t slot, std::uint8_t timer, MonotonicTime now) {
    deadlines_.start(slot, timer, now);
  }
  void cancel(std::uint16_t slot) { deadlines_.cancel(slot); }
  /// Since when it waits for what its time-out is about. That of a handshake's turn starts anew
  /// each second: since its first.
  [[nodiscard]] MonotonicTime waits_since(std::uint16_t slot) const {
    const Connection& it = pool_[slot];
    return deadlines_.started(slot) - (it.has_turn ? seconds(it.turn_s) : Duration{});
  }
  [[nodiscard]] MonotonicTime next_deadline() const { return deadlines_.next(); }
  std::uint16_t take_due(MonotonicTime now) { return deadlines_.take_due(now).value_or(no_slot); }

  // Bytes. A buffer is borrowed when it is first asked for.
  /// Where received bytes go; empty when the buffer is full or none is left. Then the connection
  /// counts as starved, and is attended when that changes.
  std::span<char> receive_window(std::uint16_t slot);
  /// Counts bytes that were put into receive_window(), and returns them.
  std::string_view received(std::uint16_t slot, std::size_t byte_count);
  /// Gives an unused window back.
  void received_nothing(std::uint16_t slot);
  Buffer* input(std::uint16_t slot) { return existing(pool_[slot].input); }
  Buffer* output(std::uint16_t slot) { return existing(pool_[slot].output); }
  /// Null when no buffer is left.
  Buffer* borrow_input(std::uint16_t slot) { return borrow(pool_[slot].input); }
  Buffer* borrow_output(std::uint16_t slot) { return borrow(pool_[slot].output); }
  /// After bytes of the input were used up: gives an empty buffer back, and asks for more where
  /// more was refused.
  void input_used(std::uint16_t slot);
  void drop_input(std::uint16_t slot) { drop(pool_[slot], pool_[slot].input); }
  void drop_output(std::uint16_t slot) { drop(pool_[slot], pool_[slot].output); }
  /// Moves `from`'s whole output, also what was sent of it, to `to`, which sends it from the
  /// beginning.
  void hand_over_output(std::uint16_t from, std::uint16_t to);
  /// Something waits to be sent.
  bool has_output(std::uint16_t slot);
  SendWindow send_window(std::uint16_t slot);
  /// Counts bytes the platform has sent, and returns how many plain ones that were: with TLS those
  /// of a whole window at once, when its last record has left. REQUIRES: at most what
  /// send_window() held.
  std::size_t sent(std::uint16_t slot, std::size_t byte_count);

  // TLS.
  /// Sessions that there are, and handshakes that have their turn.
  [[nodiscard]] std::size_t sessions() const { return secured_.used(); }
  [[nodiscard]] std::size_t handshakes() const {
    return handshakes_[0] + handshakes_[1] + handshakes_[2];
  }
  /// A place for the connection's session, which the caller begins; null when its role has none
  /// left.
  Secured* secure(std::uint16_t slot);
  Secured* secured(std::uint16_t slot) {
    const std::uint16_t place = pool_[slot].secured;
    return place == no_slot ? nullptr : &secured_[place];
  }
  /// Whether the handshake may begin. Else the connection waits for next_turn(), the newest first:
  /// under a flood those who have waited longest have given up.
  bool take_turn(std::uint16_t slot);
  /// The handshake is over, or will not be.
  void give_turn(std::uint16_t slot);
  /// The next connection whose turn it is by now, for one role after the other; no_slot: none.
  std::uint16_t next_turn();
  /// Somebody of this role waits for a turn.
  [[nodiscard]] bool waits_for_turn(Role role) const { return !turns_[index(role)].empty(); }
  /// Something is to be done that no event will bring about: next_work() or next_turn().
  [[nodiscard]] bool has_work() const;
  void add_work(std::uint16_t slot);
  /// no_slot: none.
  std::uint16_t next_work();
  /// Where records can be read from and written to; writing borrows a buffer, and finds none when
  /// there is none.
  tls::Records records(Secured& secured);
  /// Books what a call has taken and made. Attend when it has made some.
  void use_records(Secured& secured, const tls::Records& records);
  /// The records of `slot` that cannot be opened before its plain input has room.
  [[nodiscard]] bool has_arrivals(std::uint16_t slot);
  /// Room for plain bytes. Empty, and the connection counts as starved: none.
  std::span<char> plain_window(std::uint16_t slot);

 private:
  static constexpr unsigned connect_bit = 1, attend_bit = 2, finish_bit = 4, close_bit = 8,
                            abort_bit = 16;
  void queue(std::uint16_t slot, unsigned bits);
  void retire(std::uint16_t slot, unsigned bits);
  static Command::Kind take_bit(Connection& connection);
  void attend_starved();
  void go_on(std::uint16_t slot);
  void protect(std::uint16_t slot, Secured& it);
  bool protect_some(Secured& it, std::string_view plain, std::size_t& count);
  void release_secured(std::uint16_t slot);
  [[nodiscard]] bool has_free_turn(std::size_t role) const {
    return handshakes_[role] < counts_.handshakes[role];
  }
  Buffer* existing(std::uint16_t buffer) { return buffer == no_slot ? nullptr : &buffers_[buffer]; }
  Buffer* borrow(std::uint16_t& buffer);
  void drop(const Connection& connection, std::uint16_t& buffer);

  Buffers& buffers_;
  Pool<Connection> pool_;
  Pool<Secured> secured_;
  const SessionCounts counts_;
  std::array<std::size_t, role_count> sessions_{};
  std::array<std::size_t, role_count> handshakes_{};
  List<Secured, &Secured::work> work_;
  // Those whose handshake waits for its turn, by role.
  List<Connection, &Connection::turn> turns_[role_count];
  Deadlines<Connection, &Connection::deadline> deadlines_;
  std::uint16_t command_first_ = no_slot;
  std::uint16_t command_last_ = no_slot;
  std::array<std::size_t, role_count> alive_{};
  std::array<std::size_t, role_count> active_{};
  bool starving_ = false;  ///< Somebody was refused a window because no buffer was left.
};

}  // namespace postern::gateway
