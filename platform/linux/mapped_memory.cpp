#include "platform/linux/mapped_memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace postern::platform {

MappedMemory::MappedMemory(std::size_t byte_count) {
  if (byte_count == 0) return;
  void* start =
      mmap(nullptr, byte_count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return;
  // Pages become resident one by one as they are used; a huge page would make an idle pool of
  // 2 MiB resident for one byte.
  madvise(start, byte_count, MADV_NOHUGEPAGE);
  // Tokens pass through this memory: keep it out of core files.
  madvise(start, byte_count, MADV_DONTDUMP);
  bytes_ = {static_cast<std::byte*>(start), byte_count};
}

MappedMemory::~MappedMemory() {
  if (!bytes_.empty()) munmap(bytes_.data(), bytes_.size());
}

void discard(std::span<std::byte> zeros) {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(zeros.data());
  const std::uintptr_t first = (begin + page - 1) / page * page;
  const std::uintptr_t last = (begin + zeros.size()) / page * page;
  if (first >= last) return;
  // Refused or not, they are zeros.
  (void)madvise(zeros.data() + (first - begin), last - first, MADV_DONTNEED);
}

}  // namespace postern::platform
