#include "platform/sim/world.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/bytes.hpp"

namespace postern::platform::sim {
namespace {

/// Stands where a connect leads to nobody.
class Nobody final : public Peer {
  void opened(Wire& wire) override { wire.reset(); }
  void received(Wire& /*wire*/, std::string_view /*bytes*/) override {}
  void ended(Wire& /*wire*/) override {}
  void lost(Wire& /*wire*/) override {}
};

std::pair<std::uint32_t, std::uint16_t> key_of(const Address& address) {
  std::uint32_t bytes = 0;
  for (std::size_t i = 0; i < 4; ++i) bytes = bytes << 8 | address.bytes[i];
  return {bytes, address.port};
}

}  // namespace

Address address_of(std::uint8_t host, std::uint16_t port) {
  Address address;
  address.family = Address::Family::V4;
  address.port = port;
  address.bytes[0] = 10;
  address.bytes[3] = host;
  return address;
}

World::World(std::uint64_t seed, FaultPlan plan)
    : random_(seed), plan_(plan), scheduler_(random_.fork()) {}

void World::add_engine(Engine& engine) {
  drivers_.emplace_back(engine, scheduler_, plan_, random_.fork(), *this);
  if (disk_ == nullptr) return;
  for (const auto& [record, data] : disk_->records) {
    engine.stored(record, as_bytes(data), scheduler_.clock());
  }
}

Host& World::add_host(const Address& address, std::function<std::shared_ptr<Peer>()> answer) {
  Host& host = hosts_[key_of(address)];
  host.answer = std::move(answer);
  return host;
}

Host& World::host(const Address& address) { return hosts_.at(key_of(address)); }

void World::add_name(std::string name, std::vector<Address> addresses) {
  names_[std::move(name)] = std::move(addresses);
}

Link& World::new_link(EngineSide& side, std::shared_ptr<Peer> peer) {
  return links_.emplace_back(scheduler_, plan_, random_.fork(), side, std::move(peer));
}

void World::connect(std::size_t engine, ListenerId listener, const Address& from,
                    std::shared_ptr<Peer> peer) {
  Driver& driver = drivers_[engine];
  Link& link = new_link(driver, std::move(peer));
  after(microseconds(random_.between(plan_.delay_min.us, plan_.delay_max.us)),
        [&driver, &link, listener, from] { driver.offer(listener, from, link); });
}

Link& World::open(Driver& driver, const Address& address) {
  const auto found = hosts_.find(key_of(address));
  const bool exists = found != hosts_.end() && found->second.up;
  Link& link = new_link(driver, exists ? found->second.answer() : std::make_shared<Nobody>());
  std::optional<Closed> refused;
  if (!exists || random_.chance(plan_.refused_rate)) {
    refused = Closed::Refused;
  } else if (random_.chance(plan_.unreachable_rate)) {
    refused = Closed::Unreachable;
  } else if (random_.chance(plan_.hanging_rate)) {
    return link;
  }
  after(microseconds(random_.between(plan_.delay_min.us, 2 * plan_.delay_max.us)),
        [&driver, &link, refused] { driver.connect_ended(link, refused); });
  return link;
}

void World::resolve(const std::string& name, std::function<void(std::span<const Address>)> answer) {
  std::vector<Address> found;
  if (!random_.chance(plan_.name_failure_rate) && names_.contains(name)) found = names_[name];
  const Duration takes = random_.chance(plan_.name_slow_rate)
                             ? milliseconds(random_.between(1, 6000))
                             : microseconds(random_.between(50, 2000));
  after(takes, [answer = std::move(answer), found = std::move(found)] { answer(found); });
}

void World::wake_others(const Engine& caller) {
  for (Driver& driver : drivers_) {
    if (&driver.engine() == &caller) continue;
    after(microseconds(random_.between(1, 100)), [&driver] { driver.notify(); });
  }
}

// Some hundred milliseconds are what an SD card takes.
void World::store(std::string record, std::string data) {
  if (disk_ == nullptr) return;
  disk_->ask(std::move(record), std::move(data));
  after(milliseconds(random_.between(1, 500)), [this] { disk_->settle(); });
}

void World::violated(std::string what) {
  violations_.push_back("at " + std::to_string(now().us) + " us: " + std::move(what));
}

void World::drain(std::size_t engine, Duration within) { drivers_[engine].drain(now() + within); }

bool World::step() {
  MonotonicTime next = scheduler_.next();
  for (const Driver& driver : drivers_) next = std::min(next, driver.wakes());
  if (next == never || !violations_.empty()) return false;
  scheduler_.move_to(std::max(next, now()));
  // A batch of any size, as epoll_wait would report it; what is left is the next step's.
  for (std::size_t batch = 1 + random_.below(8); batch > 0 && scheduler_.run_one_due(); --batch) {
  }
  for (Driver& driver : drivers_) driver.turn();
  return true;
}

void World::run_for(Duration limit, std::size_t steps_max) {
  const MonotonicTime end = now() + limit;
  after(limit, [] {});
  for (std::size_t steps = 0; now() < end; ++steps) {
    if (!step()) return;
    if (steps >= steps_max) return violated("no rest after " + std::to_string(steps) + " steps");
  }
}

}  // namespace postern::platform::sim
