// The key of the tags exists once and is never shown.
// expect: deleted
#include "core/crypto/sip_hash.hpp"

void use(const postern::crypto::TagKey& key) {
#ifdef GOOD
  const postern::crypto::TagKey& another = key;
#else
  const postern::crypto::TagKey another = key;
#endif
  static_cast<void>(another);
}
