#pragma once

#include <cstddef>
#include <span>

namespace postern::platform {

/// Fills `bytes` from the kernel's generator; waits until the kernel has gathered enough after
/// boot. Once, at start. False: the kernel has none to give.
[[nodiscard]] bool fill_with_entropy(std::span<std::byte> bytes);

}  // namespace postern::platform
