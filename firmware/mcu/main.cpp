// The bare loop: turn after turn, asleep in between.
#include "firmware/mcu/board.hpp"
#include "firmware/mcu/cortex_m/stack.hpp"
#include "firmware/mcu/firmware.hpp"
#include "firmware/mcu/say.hpp"
#include "firmware/mcu/stack_use.hpp"

namespace {

// Static, as all memory; not on the stack.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
postern::firmware::Firmware gateway_here;

}  // namespace

postern::firmware::StackUse postern::firmware::stack_use() {
  return {cortex_m::stack_bytes(), cortex_m::stack_bytes_used()};
}

int main() {
  using namespace postern;
  board::start();
  if (!gateway_here.start()) {
    firmware::say("postern: halted\n");
    for (;;) board::sleep();
  }
  for (;;) {
    if (gateway_here.turn() > Duration{}) board::sleep();
  }
}
