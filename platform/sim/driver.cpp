#include "platform/sim/driver.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/base/bytes.hpp"

namespace postern::platform::sim {
namespace {

// Far above what an engine can want at one time; reached only by one that never stops.
constexpr unsigned commands_in_a_row_max = 100'000;
constexpr unsigned turns_without_progress_max = 100;
constexpr unsigned partial_send_rate = 100;
constexpr unsigned partial_read_rate = 100;
constexpr std::size_t name_bytes_max = 255;

std::size_t size_of(const SendWindow& window) {
  std::size_t total = 0;
  for (const auto& piece : window) total += piece.size();
  return total;
}

/// The first `count` bytes, as one writev would take them.
std::string gather(const SendWindow& window, std::size_t count) {
  std::string bytes;
  for (const auto& piece : window) bytes.append(as_text(piece).substr(0, count - bytes.size()));
  return bytes;
}

std::string name_of(ConnectionId id) {
  return std::to_string(id.slot) + "." + std::to_string(id.generation);
}

}  // namespace

Driver::Driver(Engine& engine, Scheduler& scheduler, const FaultPlan& plan, Random random,
               Surroundings& surroundings)
    : engine_(engine),
      scheduler_(scheduler),
      plan_(plan),
      random_(random),
      surroundings_(surroundings),
      links_(engine.connection_count_max(), nullptr),
      wakes_(engine.next_deadline()) {}

void Driver::offer(ListenerId listener, const Address& from, Link& link) {
  const std::optional<ConnectionId> id = engine_.accepted(listener, from, scheduler_.clock());
  if (id.has_value() && adopt(link, *id)) {
    link.establish();
  } else {
    link.refuse();
  }
  run_commands();  // before the next one is offered
}

bool Driver::adopt(Link& link, ConnectionId id) {
  if (id.slot >= links_.size()) {
    violated("slot " + name_of(id) + " is not below connection_count_max()");
    return false;
  }
  if (links_[id.slot] != nullptr) {
    violated("slot " + name_of(id) + " is given out while its connection lives");
    return false;
  }
  link.id = id;
  links_[id.slot] = &link;
  return true;
}

void Driver::forget(Link& link) {
  link.phase = Link::Phase::Gone;
  links_[link.id.slot] = nullptr;
}

Link* Driver::living(ConnectionId id) {
  Link* link = id.slot < links_.size() ? links_[id.slot] : nullptr;
  return link != nullptr && link->id == id ? link : nullptr;
}

std::size_t Driver::connections_open() const {
  return links_.size() -
         static_cast<std::size_t>(std::count(links_.begin(), links_.end(), nullptr));
}

void Driver::connect_ended(Link& link, std::optional<Closed> refused) {
  if (link.phase != Link::Phase::Connecting) return;  // the engine gave it up meanwhile
  if (refused.has_value()) {
    forget(link);
    engine_.closed(link.id, *refused, scheduler_.clock());
    return;
  }
  link.establish();
  engine_.connected(link.id, scheduler_.clock());
}

void Driver::readable(Link& link) {
  while (link.phase == Link::Phase::Open) {
    const std::string_view arrived = link.readable();
    if (arrived.empty()) break;
    const std::span<std::byte> window = engine_.receive_window(link.id);
    if (window.empty()) return;  // back-pressure: an Attend will follow
    std::size_t count = std::min(window.size(), arrived.size());
    if (random_.chance(partial_read_rate)) count = 1 + random_.below(count);
    std::memcpy(window.data(), arrived.data(), count);
    link.consume(count);
    engine_.received(link.id, count, scheduler_.clock());
  }
  if (link.phase != Link::Phase::Open || link.ended_told) return;
  if (link.at_end()) {
    link.ended_told = true;
    engine_.ended(link.id, scheduler_.clock());
  } else if (random_.chance(plan_.spurious_rate)) {
    if (!engine_.receive_window(link.id).empty()) engine_.receive_nothing(link.id);
  }
}

void Driver::writable(Link& link) { flush(link); }

void Driver::flush(Link& link) {
  while (link.phase == Link::Phase::Open || link.phase == Link::Phase::Closing) {
    const SendWindow window = engine_.send_window(link.id);
    const std::size_t wanted = size_of(window);
    if (wanted == 0) break;
    std::size_t count = std::min(wanted, link.send_room());
    if (count == 0) return;  // writable() will follow
    if (random_.chance(partial_send_rate)) count = 1 + random_.below(count);
    const std::string bytes = gather(window, count);
    if (link.finish_sent()) violated("bytes to send after FinishSend on " + name_of(link.id));
    // The engine first: once it has counted the bytes of a Close, the id is dead.
    engine_.sent(link.id, count, scheduler_.clock());
    if (!link.finish_sent()) link.push(bytes);
  }
  if (link.phase == Link::Phase::Closing) {
    link.finish_sending();
    forget(link);
  } else if (link.finishing) {
    link.finishing = false;
    link.finish_sending();
  }
}

void Driver::lost(Link& link) {
  // A reset overtakes what has arrived, or it does not: kernels do both.
  if (random_.chance(500)) readable(link);
  if (link.phase == Link::Phase::Open) {
    forget(link);
    engine_.closed(link.id, Closed::ByPeer, scheduler_.clock());
    return;
  }
  if (link.phase != Link::Phase::Closing) return;
  forget(link);
  engine_.closed(link.id, Closed::ByPeer, scheduler_.clock());
}

void Driver::turn() {
  const Clock clock = scheduler_.clock();
  engine_.advance(clock);
  const unsigned taken = run_commands();
  read_log();

  const MonotonicTime deadline = engine_.next_deadline();
  turns_without_progress_ = deadline <= clock.now && last_turn_ == clock.now && taken == 0
                                ? turns_without_progress_ + 1
                                : 0;
  if (turns_without_progress_ > turns_without_progress_max) {
    return violated("next_deadline() stays in the past: the loop never sleeps");
  }
  last_turn_ = clock.now;
  const Duration late = microseconds(random_.between(0, plan_.lateness_max.us));
  wakes_ = deadline == never ? never : std::max(deadline + late, clock.now);
}

unsigned Driver::run_commands() {
  for (unsigned taken = 0; taken < commands_in_a_row_max; ++taken) {
    const std::optional<Command> command = engine_.next_command();
    if (!command.has_value()) return taken;
    execute(*command);
  }
  violated("next_command() never comes to an end");
  return commands_in_a_row_max;
}

void Driver::drain(MonotonicTime deadline) { engine_.drain(deadline, scheduler_.clock()); }

void Driver::execute(const Command& command) {
  switch (command.kind) {
    case Command::Kind::Connect:
      return connect(command);
    case Command::Kind::Abort:
      return abort(command.connection);
    case Command::Kind::Resolve:
      return resolve(std::string(command.name));
    case Command::Kind::WakeOthers:
      return surroundings_.wake_others(engine_);
    case Command::Kind::Store:
      return store(command);
    case Command::Kind::Attend:
    case Command::Kind::Close:
    case Command::Kind::FinishSend:
      break;
  }
  Link* link = living(command.connection);
  if (link == nullptr) {
    return violated("command " + std::to_string(static_cast<int>(command.kind)) + " for " +
                    name_of(command.connection) + ", which is dead");
  }
  if (command.kind == Command::Kind::Close) return close(*link);
  if (link->phase != Link::Phase::Open) return;
  if (command.kind == Command::Kind::FinishSend) link->finishing = true;
  flush(*link);
  readable(*link);
}

void Driver::connect(const Command& command) {
  if (command.address.family == Address::Family::None || command.address.port == 0) {
    violated("Connect without an address");
  }
  Link& link = surroundings_.open(*this, command.address);
  adopt(link, command.connection);
}

void Driver::close(Link& link) {
  switch (link.phase) {
    case Link::Phase::Connecting:
      link.abort();
      return forget(link);
    case Link::Phase::Open:
      link.phase = Link::Phase::Closing;
      return flush(link);
    case Link::Phase::Closing:
    case Link::Phase::Gone:
      return violated("Close for " + name_of(link.id) + " twice");
  }
}

void Driver::abort(ConnectionId id) {
  Link* link = living(id);
  if (link == nullptr) return violated("Abort for " + name_of(id) + ", which is dead");
  if (link->phase != Link::Phase::Gone) link->abort();
  forget(*link);
}

void Driver::resolve(const std::string& name) {
  if (name.empty() || name.size() > name_bytes_max) violated("Resolve of an impossible name");
  surroundings_.resolve(name, [this, name](std::span<const Address> found) {
    engine_.resolved(name, found, scheduler_.clock());
  });
}

void Driver::store(const Command& command) {
  if (command.name.empty()) violated("Store without a name");
  if (command.data.size() > record_bytes_max) violated("Store of more than a record may hold");
  surroundings_.store(std::string(command.name), std::string(as_text(command.data)));
}

void Driver::read_log() {
  for (;;) {
    const SendWindow window = engine_.log_window();
    const std::size_t wanted = size_of(window);
    if (wanted == 0) return;
    const std::size_t count =
        random_.chance(partial_send_rate) ? 1 + random_.below(wanted) : wanted;
    log_ += gather(window, count);
    engine_.log_written(count);
  }
}

}  // namespace postern::platform::sim
