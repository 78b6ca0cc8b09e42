// A secret has no text of its own: whoever sends it says expose().
// expect: could not convert|no viable conversion|no known conversion|cannot convert
#include "core/base/bytes.hpp"
#include "core/base/secret.hpp"

void print(postern::ByteWriter& out, const postern::Secret<64>& secret) {
#ifdef GOOD
  out.text(postern::as_text(secret.expose()));
#else
  out.text(secret);
#endif
}
