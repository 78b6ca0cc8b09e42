// The gateway as one task of FreeRTOS: the same turns, and while there is nothing to do the other
// tasks of the product run. All memory is static, the tasks' own included.
#include <FreeRTOS.h>
#include <task.h>

#include <array>
#include <cstddef>

#include "core/base/assert.hpp"
#include "firmware/mcu/board.hpp"
#include "firmware/mcu/cortex_m/registers.hpp"
#include "firmware/mcu/firmware.hpp"
#include "firmware/mcu/say.hpp"
#include "firmware/mcu/stack_use.hpp"

namespace postern::firmware {
namespace {

// In words of four bytes; as much as the bare loop has (memory.ld).
constexpr std::size_t stack_words = 16 * 1024 / sizeof(StackType_t);
constexpr UBaseType_t priority = 1;

// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables): static, as all memory
Firmware gateway_here;
StaticTask_t task;
std::array<StackType_t, stack_words> stack;
TaskHandle_t handle = nullptr;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

void serve(void*) {
  if (!gateway_here.start()) {
    say("postern: halted\n");
    vTaskSuspend(nullptr);
  }
  for (;;) {
    // A frame waits for the next tick at most.
    if (gateway_here.turn() > Duration{}) vTaskDelay(1);
  }
}

}  // namespace

StackUse stack_use() {
  return {sizeof stack, sizeof stack - uxTaskGetStackHighWaterMark(handle) * sizeof(StackType_t)};
}

}  // namespace postern::firmware

extern "C" {

// What the kernel asks for.
void postern_kernel_assertion_failed(const char* file, int line) {
  postern::assertion_failed("FreeRTOS", file, line);
}
void vApplicationStackOverflowHook(TaskHandle_t, char*) {
  postern::assertion_failed("no task's stack overflows", "FreeRTOS", 0);
}
void vApplicationIdleHook() { postern::cortex_m::wait_for_interrupt(); }
void vPortSetupTimerInterrupt() {}  // it runs since board::start()
void xPortSysTickHandler();

void operating_system_tick() {
  if (xTaskGetSchedulerState() != taskSCHEDULER_NOT_STARTED) xPortSysTickHandler();
}
}

int main() {
  using namespace postern::firmware;
  postern::board::start();
  handle = xTaskCreateStatic(serve, "postern", stack_words, nullptr, priority, stack.data(), &task);
  vTaskStartScheduler();
}
