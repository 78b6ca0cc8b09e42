#include "platform/linux/entropy.hpp"

#include <sys/random.h>
#include <cerrno>

namespace postern::platform {

bool fill_with_entropy(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = getrandom(bytes.data(), bytes.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace postern::platform
