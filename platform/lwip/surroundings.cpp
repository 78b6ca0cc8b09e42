#include "platform/lwip/surroundings.hpp"

#include <lwip/init.h>
#include <lwip/sys.h>

#include "core/base/assert.hpp"

namespace postern::platform::lwip {
namespace {

Surroundings around;

}  // namespace

void start(const Surroundings& surroundings) {
  around = surroundings;
  lwip_init();
}

std::uint64_t monotonic_us() { return around.monotonic_us(); }

}  // namespace postern::platform::lwip

// --- What lwIP calls (arch/cc.h, lwip/sys.h) -----------------------------------------------------

extern "C" {

/// Wraps after 49 days, which lwIP expects.
u32_t sys_now() { return static_cast<u32_t>(postern::platform::lwip::monotonic_us() / 1000); }

std::uint32_t postern_lwip_random() {
  std::uint32_t number = 0;
  POSTERN_ASSERT(postern::platform::lwip::around.fill_with_random(
      std::as_writable_bytes(std::span(&number, 1))));
  return number;
}

void postern_lwip_assertion_failed(const char* what, int line) {
  postern::assertion_failed(what, "lwIP", line);
}
}
