#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define POSTERN_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POSTERN_ADDRESS_SANITIZER 1
#endif
#endif

#ifdef POSTERN_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

namespace postern {

/// In builds with the address sanitizer every access to these bytes is reported from now on, as it
/// would be for freed heap memory; in other builds nothing happens. Granularity is 8 bytes: give
/// multiples of it.
inline void poison([[maybe_unused]] const void* bytes, [[maybe_unused]] std::size_t size) {
#ifdef POSTERN_ADDRESS_SANITIZER
  __asan_poison_memory_region(bytes, size);
#endif
}

/// Takes it back.
inline void unpoison([[maybe_unused]] const void* bytes, [[maybe_unused]] std::size_t size) {
#ifdef POSTERN_ADDRESS_SANITIZER
  __asan_unpoison_memory_region(bytes, size);
#endif
}

}  // namespace postern
