#pragma once

/// Storage of a variable that each thread has for itself. A Cortex-M runs the core in one loop or
/// in one task, and nothing there knows how to find a thread's own memory.
#if defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M'
#define POSTERN_THREAD_LOCAL
#else
#define POSTERN_THREAD_LOCAL thread_local
#endif
