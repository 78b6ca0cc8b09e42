#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/platform.hpp"

namespace postern::contract {

/// An engine that does what its clients tell it, so that a platform is judged by what its clients
/// see. The first byte of a connection is the order:
///
///   e  send everything back, this byte too        a  abort
///   b  send `big_bytes`, then close               f  say "bye", end our direction, go on receiving
///   t  say "t" after a deadline of 20 ms          p  take no bytes for 20 ms, then as e
///   r  look "localhost" up, say "y" or "n"        o  connect to `open`, pass on what comes back
///   d  connect to `deserted`, say why it failed: "refused" or "other"
///   l  say a thousand last words, then close
///   h  send `big_bytes` when the client has ended
///   s  swallow everything
///   k  as e, and store all that came, this byte too, as the record `record_name` each time
///   q  say what that record was at start, or "nothing"
///   g  as e, and give way, the oldest first, to a client that takes the last place
///
/// A client that ends is closed when everything was sent.
class ContractEngine final : public Engine {
 public:
  static constexpr std::size_t connections_max = 8;
  static constexpr std::size_t buffer_bytes = 512;
  static constexpr std::size_t big_bytes = 8 * 1024 * 1024;
  static constexpr std::size_t window_bytes = 64 * 1024;  ///< What is sent at a time, at most.
  static constexpr std::string_view record_name = "contract";

  ContractEngine(const Address& open, const Address& deserted) : open_(open), deserted_(deserted) {}

  // Another thread may read these.
  std::atomic<std::size_t> bytes_received = 0;
  std::atomic<std::size_t> clients_open = 0;
  std::atomic<std::size_t> clients_lost = 0;  ///< Told by closed().
  std::atomic<std::size_t> ends_told = 0;
  std::atomic<std::size_t> received_in_a_row_max = 0;   ///< Without a command taken in between.
  std::atomic<ClockTrust> trust = ClockTrust::Unknown;  ///< Of the clock at the last advance().

  std::size_t connection_count_max() const override { return connections_max; }
  void stored(std::string_view name, std::span<const std::byte> data, const Clock&) override;
  std::optional<ConnectionId> accepted(ListenerId, const Address& peer, const Clock&) override;
  void connected(ConnectionId id, const Clock&) override;
  void closed(ConnectionId id, Closed how, const Clock&) override;
  void ended(ConnectionId id, const Clock&) override;
  std::span<std::byte> receive_window(ConnectionId id) override;
  void received(ConnectionId id, std::size_t byte_count, const Clock& clock) override;
  void receive_nothing(ConnectionId) override {}
  SendWindow send_window(ConnectionId id) override;
  void sent(ConnectionId id, std::size_t byte_count, const Clock&) override;
  void resolved(std::string_view name, std::span<const Address> found, const Clock&) override;
  void notified(const Clock&) override {}
  void advance(const Clock& clock) override;
  MonotonicTime next_deadline() const override;
  std::optional<Command> next_command() override;
  void drain(MonotonicTime deadline, const Clock&) override;
  /// Makes the engine's thread wait where it asks for commands, until `held` is false again: what
  /// comes meanwhile is found together.
  void hold(bool held) {
    held_ = held;
    held_.notify_all();
  }
  bool drained() const override { return draining_ && clients_open == 0; }
  SendWindow log_window() override { return {std::as_bytes(std::span(log_))}; }
  void log_written(std::size_t byte_count) override { log_.erase(0, byte_count); }

 private:
  struct Connection {
    bool open = false;
    bool outgoing = false;
    bool closing = false;
    bool paused = false;
    char order = 0;
    std::uint16_t generation = 0;
    std::uint16_t other = 0;  ///< The outgoing connection's client.
    std::size_t number = 0;   ///< The lower, the older.
    MonotonicTime due = never;
    std::string out;
    std::size_t out_sent = 0;
    std::array<std::byte, buffer_bytes> in{};
  };

  [[nodiscard]] ConnectionId id(std::uint16_t slot) const {
    return {slot, connections_[slot].generation};
  }
  Connection* living(ConnectionId id);
  std::optional<std::uint16_t> take_slot();
  void displace_client();
  void command(Command::Kind kind, std::uint16_t slot, const Address& address = {});
  void say(std::uint16_t slot, std::string_view text);
  void close(std::uint16_t slot);
  void obey(std::uint16_t slot, const Clock& clock);
  void store(std::string_view more);
  void connect(std::uint16_t client, const Address& address);
  void let_go(Connection& connection);

  std::array<Connection, connections_max> connections_{};
  std::deque<Command> commands_;
  std::deque<std::string> kept_;  ///< Commands have views of them.
  std::string found_ = "nothing";
  std::string log_;
  bool draining_ = false;
  std::atomic<bool> held_ = false;
  std::size_t opened_ = 0;
  std::size_t received_in_a_row_ = 0;
  Address open_;
  Address deserted_;
};

}  // namespace postern::contract
