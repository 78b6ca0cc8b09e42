// The whole gateway in simulated worlds. A failure names its seed; POSTERN_SEED=<seed> replays that
// one alone and tells its story. POSTERN_SEEDS=<count> runs that many more for a long search.
#include "tests/simulation/simulation.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

namespace postern::simulation {
namespace {

constexpr std::uint64_t seeds_per_part = 100;
constexpr std::uint64_t parts = 12;

// Handshakes take their time, so there are fewer.
constexpr std::uint64_t secured_seeds_per_part = 15;
constexpr std::uint64_t secured_parts = 4;

using Legs = Simulation::Legs;

std::string found_with(std::uint64_t seed, Legs legs, bool tell = false) {
  Simulation simulation(seed, legs);
  simulation.run();
  std::string text;
  for (const std::string& finding : simulation.findings()) text += "\n  " + finding;
  if (tell) std::cout << simulation.description();
  const std::string how = legs == Legs::Secured ? "POSTERN_TLS=1 " : "";
  return text.empty() ? text : "replay with " + how + "POSTERN_SEED=" + std::to_string(seed) + text;
}

/// Parts run as tests of their own, so that they can run side by side.
class Gateway : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Gateway, KeepsEveryInvariantWhateverHappens) {
  if (std::getenv("POSTERN_SEED") != nullptr) GTEST_SKIP() << "POSTERN_SEED asks for one seed";
  for (std::uint64_t i = 0; i < seeds_per_part; ++i) {
    ASSERT_EQ(found_with(GetParam() * seeds_per_part + i, Legs::Plain), "");
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Gateway, testing::Range<std::uint64_t>(0, parts));

/// The same when clients, both upstreams and two of three providers speak TLS.
class SecuredGateway : public testing::TestWithParam<std::uint64_t> {};

TEST_P(SecuredGateway, KeepsEveryInvariantWhateverHappens) {
  if (std::getenv("POSTERN_SEED") != nullptr) GTEST_SKIP() << "POSTERN_SEED asks for one seed";
  for (std::uint64_t i = 0; i < secured_seeds_per_part; ++i) {
    ASSERT_EQ(found_with(GetParam() * secured_seeds_per_part + i, Legs::Secured), "");
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SecuredGateway, testing::Range<std::uint64_t>(0, secured_parts));

// ctest runs each test in a process of its own; here one follows the other. What mbedTLS has is the
// process's, and must not be the memory of a gateway that has ended.
TEST(GatewaysInOneProcess, LeaveNothingOfTheirMemoryToTheNext) {
  for (const Legs legs : {Legs::Plain, Legs::Secured, Legs::Secured, Legs::Plain}) {
    EXPECT_EQ(found_with(7, legs), "");
  }
}

TEST(GatewayOnDemand, KeepsEveryInvariant) {
  const Legs legs = std::getenv("POSTERN_TLS") != nullptr ? Legs::Secured : Legs::Plain;
  if (const char* one = std::getenv("POSTERN_SEED")) {
    ASSERT_EQ(found_with(std::strtoull(one, nullptr, 10), legs, /*tell=*/true), "");
    return;
  }
  const char* count = std::getenv("POSTERN_SEEDS");
  if (count == nullptr) GTEST_SKIP() << "POSTERN_SEED=<seed> or POSTERN_SEEDS=<count>";
  const std::uint64_t first = parts * seeds_per_part;
  for (std::uint64_t i = 0; i < std::strtoull(count, nullptr, 10); ++i) {
    ASSERT_EQ(found_with(first + i, legs), "");
  }
}

}  // namespace
}  // namespace postern::simulation
