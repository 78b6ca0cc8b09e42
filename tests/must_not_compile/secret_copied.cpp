// A copy of a secret would live on unwiped.
// expect: deleted
#include "core/base/secret.hpp"

void keep(const postern::Secret<64>& secret) {
#ifdef GOOD
  const postern::Secret<64>& another = secret;
#else
  const postern::Secret<64> another = secret;
#endif
  static_cast<void>(another);
}
