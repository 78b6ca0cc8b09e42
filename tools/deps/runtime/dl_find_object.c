/* What Debian's libgcc_eh.a (64-bit ARM) asks glibc for: which unwind table covers an address.
   musl has no such function; a static program has one answer. The interface is glibc's (2.35),
   documented in its manual under "Dynamic Linker Introspection". */
#define _GNU_SOURCE
#include <link.h>
#include <stdint.h>

struct dl_find_object {
  unsigned long long flags;
  void* map_start;
  void* map_end;
  struct link_map* link_map;
  void* eh_frame;
  unsigned long long reserved[7];
};

struct search {
  uintptr_t address;
  struct dl_find_object* found;
  int is_found;
};

static int look_at(struct dl_phdr_info* object, size_t size, void* argument) {
  struct search* search = argument;
  uintptr_t start = UINTPTR_MAX, end = 0;
  void* eh_frame = 0;
  (void)size;
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr)* header = &object->dlpi_phdr[i];
    const uintptr_t from = object->dlpi_addr + header->p_vaddr;
    if (header->p_type == PT_GNU_EH_FRAME) eh_frame = (void*)from;
    if (header->p_type != PT_LOAD) continue;
    if (from < start) start = from;
    if (from + header->p_memsz > end) end = from + header->p_memsz;
  }
  if (!eh_frame || search->address < start || search->address >= end) return 0;
  *search->found = (struct dl_find_object){
      .map_start = (void*)start, .map_end = (void*)end, .eh_frame = eh_frame};
  return search->is_found = 1;
}

int _dl_find_object(void* address, struct dl_find_object* result) {
  struct search search = {(uintptr_t)address, result, 0};
  dl_iterate_phdr(look_at, &search);
  return search.is_found ? 0 : -1;
}
