/* Preloaded into a program: counts its calls to the allocator in a file that the test can read at
   any time. The file's first eight bytes are the count; ALLOCATION_COUNTER names it. Freeing is not
   counted: what was allocated before the count was read may be given back later. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* glibc's own entries, so that nothing has to be looked up while the program starts. */
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);

static atomic_ulong before_start;
static atomic_ulong* calls = &before_start;

__attribute__((constructor)) static void share_the_count(void) {
  const char* name = getenv("ALLOCATION_COUNTER");
  const int file = name == NULL ? -1 : open(name, O_RDWR | O_CREAT, 0600);
  if (file < 0 || ftruncate(file, sizeof(atomic_ulong)) != 0) return;
  void* place = mmap(NULL, sizeof(atomic_ulong), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (place != MAP_FAILED) calls = place;
}

static void count(void) { atomic_fetch_add_explicit(calls, 1, memory_order_relaxed); }

void* malloc(size_t size) {
  count();
  return __libc_malloc(size);
}
void* calloc(size_t number, size_t size) {
  count();
  return __libc_calloc(number, size);
}
void* realloc(void* old, size_t size) {
  count();
  return __libc_realloc(old, size);
}
void* memalign(size_t alignment, size_t size) {
  count();
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  count();
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** result, size_t alignment, size_t size) {
  count();
  *result = __libc_memalign(alignment, size);
  return *result == NULL ? ENOMEM : 0;
}
