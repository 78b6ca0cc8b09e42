#pragma once

#include <cstddef>

namespace postern::firmware {

/// A stack, and how much of it was ever used.
struct StackUse {
  std::size_t bytes = 0;
  std::size_t bytes_max = 0;
};

/// Of the stack that the gateway's loop runs on: known to who made it (main.cpp,
/// freertos/main.cpp). O(what is left of it).
StackUse stack_use();

}  // namespace postern::firmware
