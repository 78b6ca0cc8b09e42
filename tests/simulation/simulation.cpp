#include "tests/simulation/simulation.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "tests/simulation/judge.hpp"
#include "tests/simulation/tls_peer.hpp"
#include "tests/support/counted_memory.hpp"

namespace postern::simulation {
namespace {

using platform::sim::address_of;
using platform::sim::Client;
using platform::sim::Message;
using platform::sim::Peer;
using platform::sim::Provider;
using platform::sim::Upstream;
using test::CountedMemory;

// Addresses as in configuration.cpp.
const Address provider_address = address_of(2, 9100);
const Address historian_address = address_of(3, 9000);
const Address camera_address = address_of(4, 9000);
// The same behind TLS.
const Address provider_tls_address = address_of(2, 9443);
const Address historian_tls_address = address_of(3, 9443);
const Address camera_tls_address = address_of(4, 9443);

// Every time-out of the configuration, one after the other, with room to spare; and the slowest
// reading of some answers that is still fast enough.
constexpr Duration until_everything_has_timed_out = seconds(1500);
constexpr Duration drain_time = seconds(5);

std::function<Upstream::Answer(const Message&)> planned(const Story& story) {
  return [&story](const Message& head) {
    const std::string target = head.target();
    const std::size_t at = target.find("?n=");
    if (at == std::string::npos) return Upstream::Answer{};
    const std::size_t id = std::strtoul(target.c_str() + at + 3, nullptr, 10);
    return id < story.requests.size() ? story.requests[id].answer : Upstream::Answer{};
  };
}

/// Sockets of a few bytes make many round trips of a request, and TLS makes more of it: they must
/// be shorter, or time-outs would be right to strike.
platform::sim::FaultPlan draw_plan(platform::sim::Random& random, Simulation::Legs legs) {
  platform::sim::FaultPlan plan = platform::sim::FaultPlan::draw(random);
  if (legs == Simulation::Legs::Secured && plan.small_socket_rate != 0) {
    plan.delay_max.us = std::min<std::int64_t>(plan.delay_max.us, 2000);
  }
  return plan;
}

std::string told(const Upstream::Answer& answer) {
  constexpr std::array<const char*, 4> framings{"length", "chunked", "until the end", "no body"};
  std::string text = "    answer " + std::to_string(answer.status) + ", " +
                     framings[static_cast<std::size_t>(answer.framing)] + ", " +
                     std::to_string(answer.body.size()) + " bytes";
  if (answer.silent) text += ", silent";
  if (answer.close) text += ", closes";
  if (answer.torn) text += ", torn";
  if (answer.dies_after != SIZE_MAX) {
    text += ", dies after " + std::to_string(answer.dies_after) +
            (answer.dies_by_fin ? " by FIN" : " by reset");
  }
  return text + "\n";
}

std::string told(const KeyStory& keys) {
  const auto ms = [](Duration time) { return std::to_string(time.us / 1000) + " ms"; };
  std::string text =
      "  late keys after " + ms(keys.added) + ", Cache-Control: " + keys.cache_control + "\n";
  if (!keys.removed_kid.empty()) {
    text += "  without " + keys.removed_kid + " after " + ms(keys.removed) + "\n";
  }
  for (const DocumentFault& fault : keys.faults) {
    text += "  " + fault.path + " at fault from " + ms(fault.from) + " to " + ms(fault.to) +
            ", kind " + std::to_string(static_cast<int>(fault.verdict.kind)) + ", status " +
            std::to_string(fault.verdict.status) + "\n";
  }
  return text;
}

}  // namespace

Simulation::Simulation(std::uint64_t seed, Legs legs)
    : random_(seed),
      plan_(draw_plan(random_, legs)),
      story_(Story::draw(random_.fork(), legs == Legs::Secured)),
      gateway_(story_.configuration, story_.engine_count),
      secured_(legs == Legs::Secured ? Secured::make() : nullptr),
      world_(random_.next(), plan_),
      provider_(world_, client_authorization),
      historian_(world_, planned(story_)),
      camera_(world_, planned(story_)),
      drains_(random_.chance(200)) {}

std::unique_ptr<Simulation::Secured> Simulation::Secured::make() {
  CountedMemory::use();
  CountedMemory::reset_peak();
  const CountedMemory::Uncounted theirs;
  return std::make_unique<Secured>();
}

std::shared_ptr<Peer> Simulation::client_of(std::shared_ptr<Peer> inner) {
  if (secured_ == nullptr) return inner;
  return std::make_shared<TlsPeer>(world_, secured_->client, std::move(inner));
}

std::shared_ptr<Peer> Simulation::server_of(std::shared_ptr<Peer> inner) {
  return std::make_shared<TlsPeer>(world_, secured_->server, std::move(inner));
}

void Simulation::furnish() {
  world_.use_disk(disk_);
  for (std::size_t i = 0; i < gateway_.engine_count(); ++i) world_.add_engine(gateway_.engine(i));
  world_.add_host(provider_address, [this] { return provider_.answer(); });
  world_.add_host(historian_address, [this] { return historian_.answer(); });
  world_.add_host(camera_address, [this] { return camera_.answer(); });
  if (secured_ != nullptr) {
    world_.add_host(provider_tls_address, [this] { return server_of(provider_.answer()); });
    world_.add_host(historian_tls_address, [this] { return server_of(historian_.answer()); });
    world_.add_host(camera_tls_address, [this] { return server_of(camera_.answer()); });
  }
  world_.add_name("provider.test", {provider_address});
  world_.add_name("camera.test", {camera_address});
  for (const Token& token : story_.tokens) {
    provider_.set({introspection_path, token.text}, token.verdict);
    provider_.set({userinfo_path, token.text}, token.userinfo);
    provider_.set({confirmation_path, token.text}, token.confirmation);
    if (token.revoked_after.us == 0) continue;
    world_.after(token.revoked_after, [this, text = token.text] {
      provider_.forget({introspection_path, text});
      provider_.forget({userinfo_path, text});
      provider_.forget({confirmation_path, text});
    });
  }
  furnish_documents();
}

void Simulation::furnish_documents() {
  using Service = Provider::Service;
  provider_.serve(introspection_path, Service::Introspection);
  provider_.serve(confirmation_path, Service::Introspection);
  provider_.serve(userinfo_path, Service::UserInfo);
  const std::array<std::string, 4> paths{metadata_path, second_metadata_path,
                                         key_set_path(Issuer::Signer),
                                         key_set_path(Issuer::People)};
  for (const std::string& path : paths) {
    provider_.serve(path, Service::Document);
    for (const Duration at : story_.keys.changes()) {
      const auto change = [this, path, at] {
        provider_.set({path, {}}, story_.keys.document(path, at));
      };
      // What is published is there before the first that needs it.
      at.us == 0 ? change() : world_.after(at, change);
    }
  }
}

void Simulation::send_clients() {
  std::uint8_t number = 0;
  for (const ClientStory& plot : story_.clients) {
    const auto client = std::make_shared<Client>(world_, plot.script);
    client->stays = plot.stays;
    for (const std::size_t id : plot.requests) {
      client->head_requests.push_back(story_.requests[id].method == "HEAD");
    }
    clients_.push_back(client);
    const Address from = address_of(static_cast<std::uint8_t>(100 + number++), 40000);
    world_.after(plot.starts, [this, client, from, engine = plot.engine] {
      if (listening_) {
        world_.connect(engine, ListenerId{}, from, client_of(client));
      } else {
        client->turned_away();
      }
    });
  }
}

/// Those who begin a handshake and leave it at that: they must not be in anybody's way for long.
void Simulation::send_loiterers() {
  if (secured_ == nullptr) return;
  const std::string hello = client_hello(secured_->client);
  for (std::size_t i = random_.below(4); i > 0; --i) {
    const auto loiterer = std::make_shared<Loiterer>(hello, random_.below(hello.size() + 1));
    loiterers_.push_back(loiterer);
    const Address from = address_of(static_cast<std::uint8_t>(200 + i), 40000);
    world_.after(microseconds(random_.between(0, story_.length.us)), [this, loiterer, from] {
      if (listening_) world_.connect(0, ListenerId{}, from, loiterer);
    });
  }
}

/// Hosts that go down and come back, wall clocks that jump.
void Simulation::disturb() {
  if (plan_.calm) return;
  const auto sometime = [this] { return microseconds(random_.between(0, story_.length.us)); };
  for (const Address& address : {provider_address, historian_address, camera_address}) {
    if (!random_.chance(200)) continue;
    const Duration from = sometime();
    world_.after(from, [this, address] { world_.host(address).up = false; });
    world_.after(from + milliseconds(random_.between(1, 20'000)),
                 [this, address] { world_.host(address).up = true; });
  }
  for (int i = 0; i < 5; ++i) {
    if (!random_.chance(plan_.wall_jump_rate)) continue;
    world_.after(sometime(), [this, by = random_.between(-1'000'000, 1'000'000)] {
      world_.scheduler().jump_wall(seconds(by));
    });
    world_.after(sometime(), [this, trust = random_.below(3)] {
      world_.scheduler().trust(static_cast<ClockTrust>(trust));
    });
  }
}

void Simulation::drain() {
  listening_ = false;
  for (std::size_t i = 0; i < gateway_.engine_count(); ++i) world_.drain(i, drain_time);
  world_.run_for(drain_time + seconds(6));
  for (std::size_t i = 0; i < gateway_.engine_count(); ++i) {
    if (!gateway_.engine(i).drained()) world_.report("not drained in time");
  }
}

void Simulation::run() {
  if (!gateway_.trouble().empty()) return;
  furnish();
  send_clients();
  send_loiterers();
  disturb();
  if (drains_) {
    world_.run_for(microseconds(random_.between(0, story_.length.us + 1'000'000)));
    drain();
  } else {
    world_.run_for(story_.length + seconds(1));
  }
  world_.run_for(until_everything_has_timed_out);
  check_rest();
  check_library_memory();
}

/// After the last client has left nothing is in use any more.
void Simulation::check_rest() {
  for (std::size_t i = 0; i < gateway_.engine_count(); ++i) {
    const gateway::Occupancy left = gateway::occupancy(gateway_.engine(i));
    const std::size_t held = left.clients + left.outgoing + left.exchanges + left.lookups +
                             left.waiters + left.buffers + left.sessions + left.handshakes;
    if (held == 0 && world_.driver(i).connections_open() == 0) continue;
    world_.report("left over: clients " + std::to_string(left.clients) + ", outgoing " +
                  std::to_string(left.outgoing) + ", exchanges " + std::to_string(left.exchanges) +
                  ", lookups " + std::to_string(left.lookups) + ", waiters " +
                  std::to_string(left.waiters) + ", buffers " + std::to_string(left.buffers) +
                  ", sessions " + std::to_string(left.sessions) + ", handshakes " +
                  std::to_string(left.handshakes) + ", connections " +
                  std::to_string(world_.driver(i).connections_open()));
  }
}

/// Sessions took no more than was planned for them, and have given it back.
void Simulation::check_library_memory() {
  if (secured_ == nullptr) return;
  std::uint64_t planned = 0;
  const MemoryPlan plan = gateway::plan_memory(gateway_.config(), gateway_.engine_count());
  for (const MemoryRow& row : plan.rows()) {
    const bool is_library = row.what == "signatures" || row.what == "TLS: clients" ||
                            row.what == "TLS: providers and upstreams" ||
                            row.what == "TLS: handshakes";
    if (is_library) planned += plan.bytes_of(row);
  }
  if (CountedMemory::peak() > planned) {
    world_.report("TLS took " + std::to_string(CountedMemory::peak()) + " bytes of " +
                  std::to_string(planned));
  }
  if (CountedMemory::in_use() != 0) {
    world_.report("TLS holds " + std::to_string(CountedMemory::in_use()) + " bytes in the end");
  }
}

std::vector<std::string> Simulation::findings() {
  if (!gateway_.trouble().empty()) return {gateway_.trouble()};
  std::vector<std::string> all = world_.violations();
  std::string log;
  for (std::size_t i = 0; i < gateway_.engine_count(); ++i) log += world_.driver(i).log();
  const bool ample = !story_.tight && !drains_;
  const Evidence evidence{
      story_, plan_, plan_.calm && ample, ample, provider_, historian_, camera_, clients_, log};
  for (std::string& finding : judge(evidence)) all.push_back(std::move(finding));
  return all;
}

std::string Simulation::description() const {
  std::string text =
      std::to_string(story_.engine_count) + " engine(s), " + std::to_string(clients_.size()) +
      " clients, " + std::to_string(story_.requests.size()) + " requests, " +
      (story_.tight ? "tight limits, " : "roomy limits, ") + (story_.secured ? "TLS, " : "") +
      (plan_.calm ? "calm" : "disturbed") + (drains_ ? ", drained" : "") + "\n";
  text += told(story_.keys);
  for (const Request& request : story_.requests) {
    text += "  request " + std::to_string(request.id) + " of client " +
            std::to_string(request.client) + ": " +
            request.bytes.substr(0, request.bytes.find("\r\n\r\n")) + "\n" + told(request.answer);
  }
  return text;
}

}  // namespace postern::simulation
