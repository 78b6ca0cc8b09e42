// What cJSON gets in the place of the C library: included before each of its files by tools/deps.
// Installed beside its header, so that core/json/document.cpp defines what is declared here.
#pragma once

// Before the macros below, which are not meant for them.
#include <stddef.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Memory of the arena that the thread parses into, which takes it all back at once.
void* postern_json_take(size_t byte_count);
void postern_json_give_back(void* place);

#ifdef __cplusplus
}
#else

// Only printing would ask for it.
static inline void* postern_json_resize(void* place, size_t byte_count) {
  (void)place;
  (void)byte_count;
  return NULL;
}

// Every number that cJSON sees is a single 0 (core/json/scanner.hpp).
static inline double postern_json_zero(const char* text, char** end) {
  *end = (char*)text + 1;
  return 0;
}

#define malloc postern_json_take
#define free postern_json_give_back
#define realloc postern_json_resize
#define strtod postern_json_zero
#endif
