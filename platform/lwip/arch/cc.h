/* What lwIP asks of compiler and surroundings. Included by lwIP as "arch/cc.h". Answered in
 * surroundings.cpp. */
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Says which assumption of lwIP broke, and stops. */
void postern_lwip_assertion_failed(const char* what, int line) __attribute__((noreturn));
/* From the generator that the firmware seeded: ports, DNS transactions and TCP's first numbers are
 * not to be guessed. */
uint32_t postern_lwip_random(void);

#ifdef __cplusplus
}
#endif

/* The words of an assertion find it; file names would only lie in flash. */
#define LWIP_PLATFORM_ASSERT(what) postern_lwip_assertion_failed(what, __LINE__)
/* lwIP prints nothing: printf is not linked. */
#define LWIP_PLATFORM_DIAG(message) \
  do {                              \
  } while (0)
#define LWIP_RAND() postern_lwip_random()

/* Of ctype.h lwIP has its own, which needs no table. */
#define LWIP_NO_CTYPE_H 1
