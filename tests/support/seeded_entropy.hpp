#pragma once

#include <cstddef>
#include <span>

#include "core/crypto/random.hpp"
#include "tests/support/random.hpp"

namespace postern::test {

/// From now on the process's random numbers are those that follow from `seed`: for runs that must
/// repeat themselves byte by byte.
inline bool use_seeded_entropy(Seed seed) {
  static Random random(0);
  random = Random(seed);
  return crypto::use_entropy([](std::span<std::byte> bytes) {
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.next());
    return true;
  });
}

}  // namespace postern::test
