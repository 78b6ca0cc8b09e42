// Whether facts were found must be looked at before the bytes are.
// expect: ignoring return(ed)? value.*nodiscard|\[-Werror=unused-result\]
#include "core/cache/facts_cache.hpp"

void look(postern::cache::FactsCache& cache, const postern::crypto::Tag& tag,
          const postern::Clock& clock, std::span<std::byte> into) {
#ifdef GOOD
  const postern::cache::Found found = cache.find(tag, clock, 0, into);
  static_cast<void>(found);
#else
  cache.find(tag, clock, 0, into);
#endif
}
