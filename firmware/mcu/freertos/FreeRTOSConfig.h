/* FreeRTOS as the gateway uses it: everything static, its task beside others of the product. Read
 * by the kernel's C; the kernel is version 11 or later. */
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
void postern_kernel_assertion_failed(const char* file, int line) __attribute__((noreturn));
#ifdef __cplusplus
}
#endif

/* The processor's timer runs already (cortex_m/systick.cpp) and calls the kernel at each tick. */
#define configTICK_RATE_HZ 1000
#define configCPU_CLOCK_HZ 1000000 /* not looked at: the kernel does not set the timer */
#define configTICK_TYPE_WIDTH_IN_BITS TICK_TYPE_WIDTH_32_BITS

#define configUSE_PREEMPTION 1
#define configUSE_TIME_SLICING 1
#define configUSE_IDLE_HOOK 1
#define configUSE_TICK_HOOK 0
#define configMAX_PRIORITIES 4
#define configMINIMAL_STACK_SIZE 128 /* words, of the idle task */
#define configMAX_TASK_NAME_LEN 12
#define configIDLE_SHOULD_YIELD 1
#define configENABLE_BACKWARD_COMPATIBILITY 0

/* No heap: who makes a task brings its memory. */
#define configSUPPORT_STATIC_ALLOCATION 1
#define configSUPPORT_DYNAMIC_ALLOCATION 0
#define configKERNEL_PROVIDED_STATIC_MEMORY 1

/* Priorities below this number are never held up by the kernel, and never call it: so the board's.
 */
#define configMAX_SYSCALL_INTERRUPT_PRIORITY 0x80
#define configKERNEL_INTERRUPT_PRIORITY 0xFF

#define configCHECK_FOR_STACK_OVERFLOW 2
#define configASSERT(holds) \
  ((holds) ? (void)0 : postern_kernel_assertion_failed(__FILE__, __LINE__))

#define INCLUDE_vTaskDelay 1
#define INCLUDE_vTaskSuspend 1
#define INCLUDE_uxTaskGetStackHighWaterMark 1
#define INCLUDE_xTaskGetSchedulerState 1

/* As the vector table calls them (cortex_m/startup.cpp). */
#define vPortSVCHandler SVC_Handler
#define xPortPendSVHandler PendSV_Handler
