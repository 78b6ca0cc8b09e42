#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>

#include "core/platform.hpp"

namespace postern::simulation {

/// The smallest engine worth simulating: sends back what it receives, and closes when its peer has
/// ended. `command` lets a test slip in what a careless engine would do.
class EchoEngine : public Engine {
 public:
  static constexpr std::size_t connections_max = 4;
  static constexpr std::size_t buffer_bytes = 64;

  std::size_t clients_lost = 0;
  void command(Command::Kind kind, ConnectionId connection, const Address& address = {}) {
    commands_.push_back({kind, connection, address, {}});
  }
  ConnectionId id(std::uint16_t slot) const { return {slot, connections_[slot].generation}; }

  std::size_t connection_count_max() const override { return connections_max; }
  void stored(std::string_view, std::span<const std::byte>, const Clock&) override {}
  std::optional<ConnectionId> accepted(ListenerId, const Address&, const Clock&) override {
    for (std::uint16_t slot = 0; slot < connections_max; ++slot) {
      Connection& connection = connections_[slot];
      if (connection.open) continue;
      connection = {.open = true,
                    .generation = static_cast<std::uint16_t>(connection.generation + 1)};
      return id(slot);
    }
    return std::nullopt;
  }
  void connected(ConnectionId, const Clock&) override {}
  void closed(ConnectionId id, Closed, const Clock&) override {
    ++clients_lost;
    connections_[id.slot].open = false;
    std::erase_if(commands_, [&](const Command& queued) { return queued.connection == id; });
  }
  void ended(ConnectionId id, const Clock&) override {
    connections_[id.slot].closing = true;
    command(Command::Kind::Close, id);
  }
  std::span<std::byte> receive_window(ConnectionId id) override {
    Connection& connection = connections_[id.slot];
    return std::span(connection.bytes).subspan(connection.held);
  }
  void received(ConnectionId id, std::size_t byte_count, const Clock&) override {
    connections_[id.slot].held += byte_count;
    command(Command::Kind::Attend, id);
  }
  void receive_nothing(ConnectionId) override {}
  SendWindow send_window(ConnectionId id) override {
    Connection& connection = connections_[id.slot];
    if (!connection.open || connection.generation != id.generation) return {};
    return {std::span(connection.bytes).first(connection.held)};
  }
  void sent(ConnectionId id, std::size_t byte_count, const Clock&) override {
    Connection& connection = connections_[id.slot];
    std::copy(connection.bytes.begin() + static_cast<std::ptrdiff_t>(byte_count),
              connection.bytes.begin() + static_cast<std::ptrdiff_t>(connection.held),
              connection.bytes.begin());
    connection.held -= byte_count;
    if (connection.closing) {
      if (connection.held == 0) connection.open = false;
    } else {
      command(Command::Kind::Attend, id);
    }
  }
  void resolved(std::string_view, std::span<const Address>, const Clock&) override {}
  void notified(const Clock&) override {}
  void advance(const Clock&) override {}
  MonotonicTime next_deadline() const override { return deadline; }
  std::optional<Command> next_command() override {
    if (commands_.empty()) return std::nullopt;
    const Command next = commands_.front();
    commands_.pop_front();
    Connection& connection = connections_[next.connection.slot % connections_max];
    if (next.kind == Command::Kind::Close && connection.held == 0) connection.open = false;
    return next;
  }
  void drain(MonotonicTime, const Clock&) override {}
  bool drained() const override { return true; }
  SendWindow log_window() override { return {}; }
  void log_written(std::size_t) override {}

  MonotonicTime deadline = never;

 private:
  struct Connection {
    bool open = false;
    bool closing = false;
    std::uint16_t generation = 0;
    std::size_t held = 0;
    std::array<std::byte, buffer_bytes> bytes{};
  };
  std::array<Connection, connections_max> connections_{};
  std::deque<Command> commands_;
};

}  // namespace postern::simulation
