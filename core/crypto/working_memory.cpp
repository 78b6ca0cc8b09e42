#include "core/crypto/working_memory.hpp"

#include <mbedtls/memory_buffer_alloc.h>
#include <mbedtls/threading.h>

namespace postern::crypto {
namespace {

void init(mbedtls_threading_mutex_t* mutex) { mutex->taken = 0; }
void end(mbedtls_threading_mutex_t*) {}
int lock(mbedtls_threading_mutex_t* mutex) {
  while (__atomic_test_and_set(&mutex->taken, __ATOMIC_ACQUIRE)) {
    while (__atomic_load_n(&mutex->taken, __ATOMIC_RELAXED) != 0) {
    }
  }
  return 0;
}
int unlock(mbedtls_threading_mutex_t* mutex) {
  __atomic_clear(&mutex->taken, __ATOMIC_RELEASE);
  return 0;
}

}  // namespace

void use_locks() { mbedtls_threading_set_alt(init, end, lock, unlock); }

void use_working_memory(std::span<std::byte> memory, Discard discard) {
  use_locks();
  mbedtls_memory_buffer_alloc_init(reinterpret_cast<unsigned char*>(memory.data()), memory.size());
  // mbedTLS has written zeros to all of it, and its first bytes to the front.
  constexpr std::size_t front_bytes = 256;
  if (discard != nullptr && memory.size() > front_bytes) discard(memory.subspan(front_bytes));
}

}  // namespace postern::crypto
