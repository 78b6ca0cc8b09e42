#pragma once

#include <memory>
#include <vector>

#include "platform/sim/world.hpp"
#include "tests/platform_contract/platform_under_test.hpp"

namespace postern::contract {

/// A peer in the simulated world. What is sent before the connection is open waits.
class SimPeer final : public platform::sim::Peer, public Client {
 public:
  explicit SimPeer(bool echo = false) : echo_(echo) {}

  void send(std::string_view bytes) override {
    if (wire_ != nullptr) return wire_->send(bytes);
    early_ += bytes;
  }
  void finish() override {
    if (wire_ != nullptr) return wire_->finish();
    finish_early_ = true;
  }
  void reset() override {
    if (wire_ != nullptr) wire_->reset();
  }

  void opened(platform::sim::Wire& wire) override {
    wire_ = &wire;
    if (!early_.empty()) wire.send(early_);
    if (finish_early_) wire.finish();
  }
  void received(platform::sim::Wire& wire, std::string_view bytes) override {
    heard += bytes;
    if (echo_) wire.send(bytes);
  }
  void ended(platform::sim::Wire& /*wire*/) override { Client::ended = true; }
  void lost(platform::sim::Wire& /*wire*/) override { Client::lost = true; }

 private:
  bool echo_;
  bool finish_early_ = false;
  std::string early_;
  platform::sim::Wire* wire_ = nullptr;
};

/// platform/sim without faults: what it does to bytes and time is world_test's matter. Every way
/// takes as long, so that who sets out together arrives together.
class SimUnderTest final : public PlatformUnderTest {
 public:
  using Medium = platform::sim::Disk;

  explicit SimUnderTest(Medium& medium)
      : medium_(medium),
        engine_(platform::sim::address_of(3, 80), platform::sim::address_of(4, 80)),
        world_(1, {.delay_min = way, .delay_max = way}) {
    world_.use_disk(medium);
    world_.add_engine(engine_);
    world_.add_host(platform::sim::address_of(3, 80),
                    [] { return std::make_shared<SimPeer>(true); });
    world_.add_name("localhost", {platform::sim::address_of(3, 0)});
  }

  Client& connect() override {
    clients_.push_back(std::make_shared<SimPeer>());
    world_.connect(0, ListenerId{}, platform::sim::address_of(9, 1000), clients_.back());
    return *clients_.back();
  }
  bool until(const std::function<bool()>& done) override {
    const MonotonicTime end = world_.now() + seconds(5);
    while (!done()) {
      if (world_.now() >= end || !world_.step()) return done();
    }
    return true;
  }
  void drain() override {
    world_.after({}, [this] { world_.drain(0, seconds(1)); });  // An event, as a signal is.
  }
  void shut_down() override { medium_.settle(); }
  ContractEngine& engine() override { return engine_; }
  std::string log() override { return world_.driver(0).log(); }
  std::string complaint() override {
    return world_.violations().empty() ? std::string() : world_.violations()[0];
  }

 private:
  static constexpr Duration way = microseconds(100);

  Medium& medium_;
  ContractEngine engine_;
  platform::sim::World world_;
  std::vector<std::shared_ptr<SimPeer>> clients_;
};

}  // namespace postern::contract
