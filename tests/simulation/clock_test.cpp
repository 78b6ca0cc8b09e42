// What becomes of tokens, and of the floor, on devices whose clocks are wrong, are set, are
// switched off.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "platform/sim/world.hpp"
#include "tests/simulation/by_hand.hpp"
#include "tests/simulation/gateway_under_test.hpp"

namespace postern::simulation {
namespace {

using platform::sim::Disk;
using platform::sim::FaultPlan;
using platform::sim::Random;
using platform::sim::World;

constexpr WallTime built{1'790'000'000};
constexpr WallTime today{1'800'000'000};
constexpr WallTime at_1970{60};

std::string configuration(const std::string& clock = "{}") {
  return R"({
    "listeners": [{"address": "0.0.0.0:8080"}],
    "limits": {"connections": 4, "idle_connections": 0, "upstream_connections": 4,
               "cache_entries": 16, "lookups": 2, "provider_answer_bytes": 1024,
               "rate_buckets": 16, "revocations": 0, "tls_connections": 1, "tls_handshakes": 1,
               "dpop_proofs": 16},
    "providers": {"plant": {"algorithms": ["HS256"], "hmac_secret_file": "hmac"}},
    "upstreams": {"api": {"servers": ["http://10.0.0.3:9000"]}},
    "endpoints": [{"name": "api", "match": {"path": "/"}, "upstream": "api",
                   "authenticate": {"connector": "jwt"}}],
    "clock": )" +
         clock + "}";
}

std::string record_of(WallTime floor) {
  return floor == today ? "2027-01-15T08:00:00Z 1800000000\n" : "";
}

// --- Tokens --------------------------------------------------------------------------------------

/// A device right after its start, asked by clients.
class Started {
 public:
  explicit Started(const std::string& record, const std::string& clock = "{}")
      : gateway_(configuration(clock), 1), hand_(gateway_.engine(0)) {
    EXPECT_EQ(gateway_.trouble(), "");
    Clock clock_at_start = hand_.clock();
    clock_at_start.floor = built;
    if (!record.empty()) {
      gateway_.engine(0).stored(gateway::clock_floor_record, as_bytes(record), clock_at_start);
    }
  }
  ByHand& hand() { return hand_; }
  Engine& engine() { return gateway_.engine(0); }

  /// The status a token gets that ends at `exp`; 200: it would be forwarded.
  int status(WallTime exp) {
    const std::string bearer = token(R"({"sub":"alice","exp":)" + std::to_string(exp.s) + "}");
    const ConnectionId client = hand_.request(bearer);
    const bool forwards = !hand_.connects().empty();
    answer_ = hand_.sent(client);
    hand_.leave(client);
    return forwards ? 200 : std::atoi(answer_.substr(9, 3).c_str());
  }
  [[nodiscard]] const std::string& answer() const { return answer_; }
  std::string log() {
    std::string text;
    for (const auto piece : engine().log_window()) text += as_text(piece);
    return text;
  }

 private:
  GatewayUnderTest gateway_;
  ByHand hand_;
  std::string answer_;
};

constexpr WallTime in_an_hour{today.s + 3600};

TEST(ClockTrust, BelowTheFloorATokenGets503AndIsTakenWhenTheClockIsSet) {
  Started device(record_of(today));
  device.hand().set_wall(at_1970, ClockTrust::Floor);
  EXPECT_EQ(device.status(in_an_hour), 503);
  EXPECT_NE(device.answer().find("clock"), std::string::npos) << device.answer();

  device.hand().set_wall(today, ClockTrust::Floor);
  EXPECT_EQ(device.status(in_an_hour), 200);
}

TEST(ClockTrust, BelowTheFloorATokenThatExpiredBeforeItIsSimplyExpired) {
  Started device(record_of(today));
  device.hand().set_wall(at_1970, ClockTrust::Floor);
  EXPECT_EQ(device.status(WallTime{today.s - 60}), 401);
}

// Somebody who can turn the clock back, or waits until the battery is flat, gains nothing.
TEST(ClockTrust, TimeDoesNotRunBackwardsOverARestart) {
  const WallTime before{today.s - 86'400};
  const WallTime then{before.s + 3600};
  Started without(std::string{});
  without.hand().set_wall(before, ClockTrust::Floor);
  EXPECT_EQ(without.status(then), 200) << "yesterday's token, by yesterday's clock";

  Started with(record_of(today));
  with.hand().set_wall(before, ClockTrust::Floor);
  EXPECT_EQ(with.status(then), 401) << "it expired before the floor";
  with.hand().set_wall(before, ClockTrust::Synchronised);
  EXPECT_EQ(with.status(then), 401) << "whatever a time source says";
  EXPECT_EQ(with.status(in_an_hour), 503);
}

TEST(ClockTrust, TheSectionMayAllowTokensBelowTheFloor) {
  Started device(record_of(today), R"({"unknown": {"tokens": "allow"}})");
  device.hand().set_wall(at_1970, ClockTrust::Floor);
  EXPECT_EQ(device.status(in_an_hour), 200);
  EXPECT_EQ(device.status(WallTime{today.s - 60}), 401);
}

TEST(ClockTrust, TheSectionMayWantASynchronisedClock) {
  Started device(record_of(today), R"({"floor": {"tokens": "refuse"}})");
  device.hand().set_wall(today, ClockTrust::Floor);
  EXPECT_EQ(device.status(in_an_hour), 503);
  device.hand().set_wall(today, ClockTrust::Synchronised);
  EXPECT_EQ(device.status(in_an_hour), 200);
  device.hand().set_wall(today, ClockTrust::Floor);
  EXPECT_EQ(device.status(in_an_hour), 200) << "verified when the clock could tell, for a lifetime "
                                               "that is counted in monotonic time";
}

TEST(ClockTrust, ARecordThatIsDamagedOrAbsurdIsIgnoredAndSaid) {
  for (const auto& [record, why] : {std::pair<std::string, std::string>{"rubbish", "malformed"},
                                    {"2099-01-01T00:00:00Z 4070908800\n", "too-far-ahead"}}) {
    Started device(record);
    device.hand().set_wall(today, ClockTrust::Floor);
    EXPECT_EQ(device.status(in_an_hour), 200);
    EXPECT_NE(
        device.log().find(R"("event":"store","record":"clock-floor","state":"ignored","why":")" +
                          why + "\""),
        std::string::npos)
        << device.log();
  }
}

TEST(ClockTrust, EachChangeIsOneLineOfTheLog) {
  Started device(record_of(today));
  const auto passes = [&](WallTime wall, ClockTrust trust) {
    device.hand().set_wall(wall, trust);
    device.hand().pass(seconds(60));
  };
  passes(at_1970, ClockTrust::Floor);
  passes(at_1970, ClockTrust::Synchronised);  // below the floor it is nothing new
  passes(today, ClockTrust::Floor);
  passes(today, ClockTrust::Synchronised);
  passes(today, ClockTrust::Synchronised);
  passes(today, ClockTrust::Floor);
  const auto line = [](const std::string& time, const std::string& state) {
    return R"({"time":")" + time + R"(","event":"clock","state":")" + state +
           R"(","floor":"2027-01-15T08:00:00Z"})" + "\n";
  };
  EXPECT_EQ(device.log(), line("1970-01-01T00:01:00Z", "unknown") +
                              line("2027-01-15T08:00:00Z", "floor") +
                              line("2027-01-15T08:00:00Z", "synchronised") +
                              line("2027-01-15T08:00:00Z", "floor"));
}

// --- The floor -----------------------------------------------------------------------------------

TEST(Floor, IsStoredFromASynchronisedClockOnceAnHour) {
  Started device(std::string{});
  const auto stored_after = [&](Duration time) {
    device.hand().set_wall(WallTime{device.hand().clock().wall.s + time.us / 1'000'000},
                           device.hand().clock().trust);
    device.hand().pass(time);
    return device.hand().carry_out().records;
  };
  device.hand().set_wall(today, ClockTrust::Floor);
  EXPECT_TRUE(stored_after(seconds(60)).empty()) << "nobody vouches for it";
  device.hand().set_wall(today, ClockTrust::Synchronised);
  EXPECT_EQ(stored_after({}), std::vector<std::string>{record_of(today)});
  for (int minute = 1; minute < 60; ++minute) EXPECT_TRUE(stored_after(seconds(60)).empty());
  EXPECT_EQ(stored_after(seconds(60)).size(), 1U);
}

TEST(Floor, IsStoredAtADrainUnlessItIsStoredAlready) {
  Started device(record_of(today));
  device.hand().set_wall(WallTime{today.s + 60}, ClockTrust::Synchronised);
  device.hand().pass(seconds(60));
  EXPECT_TRUE(device.hand().carry_out().records.empty()) << "an hour has not passed";
  device.engine().drain(never, device.hand().clock());
  EXPECT_EQ(device.hand().carry_out().records,
            std::vector<std::string>{"2027-01-15T08:01:00Z 1800000060\n"});

  Started again("2027-01-15T08:01:00Z 1800000060\n");
  again.hand().set_wall(WallTime{today.s + 60}, ClockTrust::Synchronised);
  again.engine().drain(never, again.hand().clock());
  EXPECT_TRUE(again.hand().carry_out().records.empty());
}

TEST(Floor, IsNotStoredAtADrainFromAClockThatNobodyVouchesFor) {
  Started device(record_of(today));
  device.hand().set_wall(WallTime{today.s + 60}, ClockTrust::Floor);
  device.engine().drain(never, device.hand().clock());
  EXPECT_TRUE(device.hand().carry_out().records.empty());
}

/// A device that is started again and again, with a clock that may be anything at each start, a
/// time source that comes and goes, and a plug that somebody pulls.
class Device {
 public:
  explicit Device(std::uint64_t seed) : random_(seed) {}

  void live() {
    for (int i = 0; i < 6 && !testing::Test::HasFailure(); ++i) run_once();
  }

 private:
  // The record as seconds; nothing: there is none.
  [[nodiscard]] std::optional<std::int64_t> floor() const {
    const auto found = disk_.records.find(std::string(gateway::clock_floor_record));
    if (found == disk_.records.end()) return {};
    return std::atoll(found->second.substr(found->second.find(' ')).c_str());
  }

  void run_once() {
    const std::optional<std::int64_t> before = floor();
    const std::size_t engine_count = 1 + random_.below(2);
    GatewayUnderTest gateway(configuration(), engine_count);
    ASSERT_EQ(gateway.trouble(), "");
    World world(random_.next(), FaultPlan{});
    world.scheduler().floor(built);
    set_somehow(world);
    world.use_disk(disk_);
    for (std::size_t i = 0; i < engine_count; ++i) world.add_engine(gateway.engine(i));

    synchronised_for_ = {};
    for (std::uint64_t hours = random_.below(6); hours > 0; --hours) {
      change_clock(world);
      const auto step = seconds(random_.between(1, 5'400));
      world.run_for(step);
      true_time_.s += step.us / 1'000'000;
      if (synchronised_) note_synchronised(world, step);
      check(world, before);
    }
    if (random_.chance(500)) return lose_power(world, before);
    for (std::size_t i = 0; i < engine_count; ++i) world.drain(i, seconds(1));
    world.run_for(seconds(2));
    true_time_.s += 2;
    disk_.settle();
    check(world, before);
    if (believed(world)) {
      EXPECT_TRUE(floor() && *floor() + 3 >= world.scheduler().clock().wall.s)
          << "kept when it drained";
    }
  }

  void set_somehow(World& world) {
    synchronised_ = false;
    world.scheduler().trust(ClockTrust::Floor);
    const std::int64_t year_s = 365 * 86'400;
    const std::int64_t anything[] = {60, true_time_.s, true_time_.s - random_.between(0, year_s),
                                     true_time_.s + random_.between(0, 20 * year_s)};
    world.scheduler().set_wall(WallTime{anything[random_.below(4)]});
  }
  void change_clock(World& world) {
    if (!random_.chance(600)) return;
    synchronised_ = random_.chance(700);
    world.scheduler().trust(synchronised_ ? ClockTrust::Synchronised : ClockTrust::Floor);
    if (synchronised_) world.scheduler().set_wall(true_time_);
    synchronised_for_ = {};
  }

  [[nodiscard]] bool believed(World& world) const {
    return with_floor(world.scheduler().clock(), WallTime{floor().value_or(0)}).trust ==
           ClockTrust::Synchronised;
  }
  void note_synchronised(World& world, Duration step) {
    latest_true_ = std::max(latest_true_, world.scheduler().clock().wall.s);
    synchronised_for_ = synchronised_for_ + step;
  }

  void check(World& world, const std::optional<std::int64_t>& before) {
    EXPECT_TRUE(world.violations().empty()) << world.violations()[0];
    const auto now = floor();
    EXPECT_TRUE(!before || (now && *now >= *before)) << "the floor went back";
    EXPECT_TRUE(!now || *now <= latest_true_) << "a floor that no synchronised clock has shown";
    if (synchronised_for_ > seconds(3'720)) {
      EXPECT_TRUE(now && *now + 3'720 >= world.scheduler().clock().wall.s) << "the floor is old";
    }
  }
  void lose_power(World& world, const std::optional<std::int64_t>& before) {
    disk_.lose_power(random_);
    check(world, before);
    true_time_.s += random_.between(0, 30 * 86'400);
  }

  Random random_;
  Disk disk_;
  WallTime true_time_ = today;
  bool synchronised_ = false;
  Duration synchronised_for_;
  std::int64_t latest_true_ = 0;
};

TEST(Floor, NeverGoesBackAndNeverLiesOnAnyDevice) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Device(seed).live();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace postern::simulation
