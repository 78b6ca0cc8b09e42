#pragma once

#include <cstddef>
#include <cstdint>

namespace postern::platform::sim {

/// The only source of chance in a simulation: one seed, one run (splitmix64).
/// Everything the world and its peers decide is drawn from such a stream, so a seed replays a run
/// exactly.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  /// 0 to n - 1. REQUIRES: n > 0.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
  /// Both ends included. REQUIRES: low <= high.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool chance(unsigned per_mille) { return next() % 1000 < per_mille; }
  /// One element of an array or vector that is not empty.
  template <class Container>
  auto& pick(Container& container) {
    return container[below(container.size())];
  }
  /// A stream of its own, so that more draws in one place do not change all others.
  Random fork() { return Random(next()); }

 private:
  std::uint64_t state_;
};

}  // namespace postern::platform::sim
