#include "core/crypto/working_memory.hpp"

#include <gtest/gtest.h>
#include <mbedtls/platform.h>

#include <cstdint>
#include <vector>

#include "tests/support/signature_memory.hpp"

namespace postern::crypto {
namespace {

// Certificates and sessions have pointers and 64-bit numbers in them, and mbedTLS's own default
// puts them at multiples of 4.
TEST(WorkingMemory, IsHandedOutWhereAnyNumberMayLie) {
  std::vector<void*> pieces;
  for (std::size_t size = 1; size < 64; ++size) {
    pieces.push_back(mbedtls_calloc(1, size));
    ASSERT_NE(pieces.back(), nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(pieces.back()) % alignof(std::uint64_t), 0U) << size;
  }
  for (void* piece : pieces) mbedtls_free(piece);
}

}  // namespace
}  // namespace postern::crypto
