#pragma once

#include <cstdint>

namespace postern::board {

/// What differs between the processors that Arm's MPS2 board can be loaded with; the rest
/// (mps2.cpp) they have in common.
struct Mps2 {
  std::uintptr_t ethernet;  ///< The LAN9118's registers.
};
extern const Mps2 mps2;

}  // namespace postern::board
