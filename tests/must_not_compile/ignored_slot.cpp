// A slot nobody keeps can never be released.
// expect: ignoring return(ed)? value.*nodiscard|\[-Werror=unused-result\]
#include "core/base/pool.hpp"

struct Lookup {};

void take(postern::Pool<Lookup>& pool) {
#ifdef GOOD
  const auto slot = pool.acquire();
  static_cast<void>(slot);
#else
  pool.acquire();
#endif
}
