#pragma once

#include <gtest/gtest.h>

#include <cstdint>

#include "core/base/pool.hpp"
#include "tests/support/block.hpp"

namespace postern::test {

/// A pool whose items are all in use, for lists and deadlines that run through them.
template <class T>
class Items {
 public:
  explicit Items(std::uint16_t count) : block_(bytes_for(count)), pool_(block_.bytes(), count) {
    for (std::uint16_t i = 0; i < count; ++i) EXPECT_EQ(pool_.acquire(), i);
  }
  Pool<T>& pool() { return pool_; }

 private:
  static std::size_t bytes_for(std::uint16_t count) {
    return static_cast<std::size_t>(Pool<T>::row("items", count).bytes());
  }
  Block block_;
  Pool<T> pool_;
};

}  // namespace postern::test
