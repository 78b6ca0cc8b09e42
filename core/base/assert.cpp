#include "core/base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace postern {

void assertion_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "postern: broken assumption: %s (%s:%d)\n", expression, file, line);
  std::abort();
}

}  // namespace postern
