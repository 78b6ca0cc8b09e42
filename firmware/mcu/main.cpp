// The bare loop: turn after turn, asleep in between.
#include "firmware/mcu/board.hpp"
#include "firmware/mcu/firmware.hpp"
#include "firmware/mcu/say.hpp"

namespace {

// Static, as all memory; not on the stack.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
postern::firmware::Firmware gateway_here;

}  // namespace

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
