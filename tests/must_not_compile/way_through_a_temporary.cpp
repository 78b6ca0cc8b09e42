// The way to a value leads through its parent, which must still be there when the way is told.
// expect: use of deleted function|call to deleted
#include "core/config/spot.hpp"

postern::config::Spot certificate(const postern::config::Spot& provider) {
#ifdef GOOD
  const postern::config::Spot tls = provider.member("tls");
  return tls.member("certificate_file");
#else
  return provider.member("tls").member("certificate_file");
#endif
}
