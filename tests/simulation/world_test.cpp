// The world itself: bytes arrive whole and in order whatever the seed, a seed replays exactly, and
// an engine that breaks the contract is caught.
#include "platform/sim/world.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/simulation/echo_engine.hpp"

namespace postern::simulation {
namespace {

using platform::sim::address_of;
using platform::sim::FaultPlan;
using platform::sim::Peer;
using platform::sim::Random;
using platform::sim::Wire;
using platform::sim::World;

/// Sends `text`, ends, and keeps what comes back.
class Speaker final : public Peer {
 public:
  explicit Speaker(std::string text) : text_(std::move(text)) {}
  std::string heard;
  bool ended_cleanly = false;
  bool was_lost = false;

  void opened(Wire& wire) override {
    wire.send(text_);
    wire.finish();
  }
  void received(Wire& /*wire*/, std::string_view bytes) override { heard += bytes; }
  void ended(Wire& /*wire*/) override { ended_cleanly = true; }
  void lost(Wire& /*wire*/) override { was_lost = true; }

 private:
  std::string text_;
};

std::string pattern(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += static_cast<char>('a' + i * 7 % 26);
  return text;
}

constexpr Address client_address{};

TEST(World, BytesComeBackWholeAndInOrderWhateverTheSeed) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed);
    FaultPlan plan = FaultPlan::draw(random);
    plan.cut_rate = 0;
    World world(seed, plan);
    EchoEngine engine;
    world.add_engine(engine);
    const std::string text = pattern(random.below(5000));
    const auto speaker = std::make_shared<Speaker>(text);
    world.connect(0, ListenerId{}, client_address, speaker);
    world.run_for(seconds(300));
    ASSERT_TRUE(world.violations().empty()) << "seed " << seed << ": " << world.violations()[0];
    ASSERT_EQ(speaker->heard, text) << "seed " << seed;
    ASSERT_TRUE(speaker->ended_cleanly) << "seed " << seed;
    ASSERT_EQ(world.driver(0).connections_open(), 0u) << "seed " << seed;
  }
}

TEST(World, ACutConnectionEndsForBothSidesAndDeliversAPrefix) {
  std::size_t lost = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    FaultPlan plan;
    plan.cut_rate = 1000;
    World world(seed, plan);
    EchoEngine engine;
    world.add_engine(engine);
    const std::string text = pattern(4000);
    const auto speaker = std::make_shared<Speaker>(text);
    world.connect(0, ListenerId{}, client_address, speaker);
    world.run_for(seconds(300));
    ASSERT_TRUE(world.violations().empty()) << "seed " << seed << ": " << world.violations()[0];
    ASSERT_TRUE(text.starts_with(speaker->heard)) << "seed " << seed;
    ASSERT_TRUE(speaker->was_lost || speaker->ended_cleanly) << "seed " << seed;
    lost += speaker->was_lost ? 1 : 0;
  }
  EXPECT_GT(lost, 150u);
}

TEST(World, ASeedReplaysExactly) {
  const auto run = [](std::uint64_t seed) {
    Random random(seed);
    World world(seed, FaultPlan::draw(random));
    EchoEngine engine;
    world.add_engine(engine);
    const auto speaker = std::make_shared<Speaker>(pattern(3000));
    world.connect(0, ListenerId{}, client_address, speaker);
    std::size_t steps = 0;
    while (world.step()) ++steps;
    return std::pair(steps, world.now().us);
  };
  for (std::uint64_t seed = 0; seed < 20; ++seed) EXPECT_EQ(run(seed), run(seed));
  EXPECT_NE(run(1), run(2));
}

TEST(World, MoreClientsThanTheEngineTakesAreTurnedAway) {
  World world(1, FaultPlan{});
  EchoEngine engine;
  world.add_engine(engine);
  std::vector<std::shared_ptr<Speaker>> speakers;
  for (std::size_t i = 0; i <= EchoEngine::connections_max; ++i) {
    speakers.push_back(std::make_shared<Speaker>(pattern(100'000)));
    world.connect(0, ListenerId{}, client_address, speakers.back());
  }
  world.run_for(seconds(300));
  std::size_t refused = 0;
  for (const auto& speaker : speakers) refused += speaker->was_lost ? 1 : 0;
  EXPECT_EQ(refused, 1u);
}

/// Runs an engine that says this command once beside its work; what the world says about it.
std::string caught(Command::Kind kind, ConnectionId connection, const Address& address = {}) {
  World world(1, FaultPlan{});
  EchoEngine engine;
  world.add_engine(engine);
  world.connect(0, ListenerId{}, client_address, std::make_shared<Speaker>("hello"));
  engine.command(kind, connection, address);
  world.run_for(seconds(1));
  return world.violations().empty() ? "" : world.violations()[0];
}

TEST(World, CatchesCommandsForConnectionsThatDoNotExist) {
  using Kind = Command::Kind;
  EXPECT_NE(caught(Kind::Attend, {3, 9}), "");
  EXPECT_NE(caught(Kind::Close, {3, 9}), "");
  EXPECT_NE(caught(Kind::Abort, {3, 9}), "");
  EXPECT_NE(caught(Kind::FinishSend, {99, 9}), "");
}

TEST(World, CatchesImpossibleConnectsAndNames) {
  using Kind = Command::Kind;
  EXPECT_NE(caught(Kind::Connect, {2, 1}), "");
  EXPECT_NE(caught(Kind::Connect, {99, 1}, address_of(1, 80)), "");
  EXPECT_NE(caught(Kind::Resolve, {}), "");
}

TEST(World, CatchesADeadlineThatStaysInThePast) {
  World world(1, FaultPlan{});
  EchoEngine engine;
  engine.deadline = MonotonicTime{0};
  world.add_engine(engine);
  world.run_for(seconds(1));
  ASSERT_FALSE(world.violations().empty());
  EXPECT_NE(world.violations()[0].find("never sleeps"), std::string::npos);
}

}  // namespace
}  // namespace postern::simulation
