#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "platform/sim/fault_plan.hpp"
#include "platform/sim/peers/client.hpp"
#include "platform/sim/peers/provider.hpp"
#include "platform/sim/peers/upstream.hpp"
#include "platform/sim/world.hpp"
#include "tests/simulation/gateway_under_test.hpp"
#include "tests/simulation/story.hpp"
#include "tests/support/tls_contexts.hpp"

namespace postern::simulation {

/// One seed, one run: the whole gateway in a world of drawn clients, peers and faults, from its
/// start until the last connection has gone.
class Simulation {
 public:
  /// How clients, upstreams and providers speak with the gateway.
  enum class Legs : std::uint8_t { Plain, Secured };

  explicit Simulation(std::uint64_t seed, Legs legs = Legs::Plain);

  void run();
  /// Every invariant that did not hold; empty: all of them did.
  [[nodiscard]] std::vector<std::string> findings();
  /// The story in a few lines, for whoever replays a seed.
  [[nodiscard]] std::string description() const;

 private:
  void furnish();
  void furnish_documents();
  void send_clients();
  void send_loiterers();
  /// What connects to the gateway, or is connected to, on a leg that may be secured.
  std::shared_ptr<platform::sim::Peer> client_of(std::shared_ptr<platform::sim::Peer> inner);
  std::shared_ptr<platform::sim::Peer> server_of(std::shared_ptr<platform::sim::Peer> inner);
  void disturb();
  void drain();
  void check_rest();
  void check_library_memory();

  platform::sim::Random random_;
  platform::sim::FaultPlan plan_;
  Story story_;
  GatewayUnderTest gateway_;
  /// The peers' side of TLS. Their memory is not the gateway's, whose own is counted.
  struct Secured {
    static std::unique_ptr<Secured> make();
    test::TlsServer server{{.identities = {"timeless"}}};
    test::TlsClient client{{.anchors = "timeless-issuing.pem"}};
  };
  std::unique_ptr<Secured> secured_;
  platform::sim::Disk disk_;
  platform::sim::World world_;
  platform::sim::Provider provider_;
  platform::sim::Upstream historian_;
  platform::sim::Upstream camera_;
  std::vector<std::shared_ptr<platform::sim::Client>> clients_;
  std::vector<std::shared_ptr<platform::sim::Peer>> loiterers_;
  bool drains_ = false;
  bool listening_ = true;
};

}  // namespace postern::simulation
