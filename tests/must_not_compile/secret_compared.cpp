// `==` would be tempting and not constant in time.
// expect: no match for .operator==|invalid operands
#include "core/base/secret.hpp"

bool same(const postern::Secret<64>& a, const postern::Secret<64>& b) {
#ifdef GOOD
  return a.equals(b.expose());
#else
  return a == b;
#endif
}
