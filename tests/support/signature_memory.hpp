#pragma once

#include <array>
#include <cstddef>

#include "core/crypto/working_memory.hpp"

namespace postern::test {

/// The memory that checks of signatures need, as a program that serves gets it from its plan.
/// Including this is enough: it is there before the first test runs.
inline const bool signature_memory_is_there = [] {
  alignas(16) static std::array<std::byte,
                                static_cast<std::size_t>(crypto::working_memory_row(1).bytes())>
      memory;
  crypto::use_working_memory(memory);
  return true;
}();

}  // namespace postern::test
