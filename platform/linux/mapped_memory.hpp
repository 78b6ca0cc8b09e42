#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace postern::platform {

/// One block of memory straight from the kernel: zero, aligned to a page, resident only where it
/// has been touched. Given back with its owner.
class MappedMemory {
 public:
  /// Empty when the kernel refuses, or when the process could not address so much: a plan counts in
  /// 64 bits on every machine.
  explicit MappedMemory(std::uint64_t planned);
  ~MappedMemory();
  MappedMemory(const MappedMemory&) = delete;
  MappedMemory& operator=(const MappedMemory&) = delete;

  [[nodiscard]] std::span<std::byte> bytes() const { return bytes_; }

 private:
  std::span<std::byte> bytes_;
};

}  // namespace postern::platform
