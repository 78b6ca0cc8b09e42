#include "core/base/spin_lock.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace postern {
namespace {

TEST(SpinLock, LetsOneThreadInAtATime) {
  constexpr int rounds = 20'000;
  SpinLock lock;
  int counted = 0;  // not atomic: the lock is all that protects it
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < rounds; ++i) {
        const SpinGuard guard(lock);
        ++counted;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counted, 3 * rounds);
}

}  // namespace
}  // namespace postern
