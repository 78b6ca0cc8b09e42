// What a clock that may be wrong is good for.
#include "core/config/loader.hpp"
#include "core/config/tables.hpp"

namespace postern::config {
namespace {

bool allows(const Spot& permission, bool standard) {
  constexpr std::size_t allow = 0;
  return word_index(permission, tables::clock_permissions, standard ? allow : allow + 1) == allow;
}

}  // namespace

void Loader::load_clock(const Spot& clock) {
  const ClockRules standard;
  config_->clock.floor_file = printable(clock.member("floor_file"));
  config_->clock.handshakes = load_clock_policy(clock, "handshakes", standard.handshakes);
  config_->clock.tokens = load_clock_policy(clock, "tokens", standard.tokens);
}

// A clock of which more is known cannot be good for less.
ClockPolicy Loader::load_clock_policy(const Spot& clock, std::string_view what,
                                      const ClockPolicy& standard) {
  const Spot unknown = clock.member("unknown");
  const Spot floor = clock.member("floor");
  const ClockPolicy policy{.unknown = allows(unknown.member(what), standard.unknown),
                           .floor = allows(floor.member(what), standard.floor)};
  if (policy.unknown && !policy.floor) {
    report_.add(floor.member(what),
                {"refuses ", what, " by a clock that may be right, while clock.unknown.", what,
                 " allows them by one that is wrong"},
                {"write \"refuse\" there, too, or \"allow\" here"});
  }
  return policy;
}

}  // namespace postern::config
