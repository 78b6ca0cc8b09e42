#pragma once

#include <cstdint>
#include <cstdlib>
#include <vector>

namespace postern::test {

using Seed = std::uint64_t;

/// The seeds of a model test: 1 to `count`, or to POSTERN_SEEDS when that is set (a long run on
/// demand).
inline std::vector<Seed> seeds(std::size_t count) {
  if (const char* wanted = std::getenv("POSTERN_SEEDS")) {
    count = std::strtoul(wanted, nullptr, 10);
  }
  std::vector<Seed> all(count);
  for (std::size_t i = 0; i < count; ++i) all[i] = i + 1;
  return all;
}

/// A stream of numbers that a seed determines on every machine (SplitMix64): a failure's seed is
/// all one needs.
class Random {
 public:
  explicit Random(Seed seed) : state_(seed * 0x9e3779b97f4a7c15) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// 0 to `end` - 1. REQUIRES: end > 0.
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(next() % end); }
  /// True in `percent` of 100 cases.
  bool chance(std::size_t percent) { return below(100) < percent; }

 private:
  std::uint64_t state_;
};

}  // namespace postern::test
