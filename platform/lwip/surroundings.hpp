#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace postern::platform::lwip {

/// What lwIP itself needs of its surroundings. lwIP has one set of variables per process, so there
/// is one of these, too.
struct Surroundings {
  /// Microseconds since an arbitrary start; never runs backwards.
  std::uint64_t (*monotonic_us)() = nullptr;
  /// Fills with what nobody can guess, from the generator that was seeded before; false: it has
  /// nothing, which stops the program.
  bool (*fill_with_random)(std::span<std::byte>) = nullptr;
};

/// Makes lwIP ready. Once, before anything else of this room.
void start(const Surroundings& surroundings);

/// As start() was told.
std::uint64_t monotonic_us();

}  // namespace postern::platform::lwip
