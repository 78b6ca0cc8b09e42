#include "platform/linux/mapped_memory.hpp"

#include <sys/mman.h>

#include <limits>

namespace postern::platform {

MappedMemory::MappedMemory(std::uint64_t planned) {
  if (planned == 0 || planned > std::numeric_limits<std::size_t>::max()) return;
  const auto byte_count = static_cast<std::size_t>(planned);
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

}  // namespace postern::platform
