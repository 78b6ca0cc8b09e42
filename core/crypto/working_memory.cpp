#include "core/crypto/working_memory.hpp"

#include <mbedtls/platform.h>
#include <mbedtls/threading.h>

#include <algorithm>
#include <cstring>

#include "core/base/assert.hpp"
#include "core/crypto/block_heap.hpp"

namespace postern::crypto {
namespace {

void init(mbedtls_threading_mutex_t* mutex) { mutex->taken = 0; }
void end(mbedtls_threading_mutex_t*) {}
int lock(mbedtls_threading_mutex_t* mutex) {
  while (__atomic_test_and_set(&mutex->taken, __ATOMIC_ACQUIRE)) {
    while (__atomic_load_n(&mutex->taken, __ATOMIC_RELAXED) != 0) {
    }
  }
  return 0;
}
int unlock(mbedtls_threading_mutex_t* mutex) {
  __atomic_clear(&mutex->taken, __ATOMIC_RELEASE);
  return 0;
}

/// Pieces of one size. Those that were given back are chained through their first bytes; the rest
/// has never been touched.
class SlotPieces {
 public:
  SlotPieces() = default;
  /// REQUIRES: `block` is made of whole slots.
  SlotPieces(std::span<std::byte> block, std::size_t slot_bytes)
      : block_(block), slot_bytes_(slot_bytes) {}
  [[nodiscard]] bool serves(std::size_t byte_count) const {
    return byte_count <= slot_bytes_ && byte_count + 64 > slot_bytes_;
  }
  /// Null: all are taken.
  void* take() {
    if (void* const place = given_back_) {
      std::memcpy(&given_back_, place, sizeof given_back_);
      return place;
    }
    if (touched_ == block_.size()) return nullptr;
    touched_ += slot_bytes_;
    return &block_[touched_ - slot_bytes_];
  }
  void give_back(void* place) {
    std::memcpy(place, &given_back_, sizeof given_back_);
    given_back_ = place;
  }
  [[nodiscard]] bool contains(const void* place) const {
    const auto* const byte = static_cast<const std::byte*>(place);
    return byte >= block_.data() && byte < block_.data() + block_.size();
  }

 private:
  std::span<std::byte> block_;
  std::size_t slot_bytes_ = 0;
  std::size_t touched_ = 0;
  void* given_back_ = nullptr;
};

/// mbedTLS's memory: one for the process, as its hooks know no context.
struct WorkingMemory {
  mbedtls_threading_mutex_t mutex{};
  std::array<SlotPieces, 2> slots;
  BlockHeap heap;
  std::size_t peak = 0;

  void* take(std::size_t byte_count) {
    for (SlotPieces& pieces : slots) {
      if (!pieces.serves(byte_count)) continue;
      if (void* const place = pieces.take()) return place;
    }
    void* const place = heap.take(byte_count);
    peak = std::max(peak, heap.used_bytes());
    return place;
  }
  void give_back(void* place) {
    for (SlotPieces& pieces : slots) {
      if (pieces.contains(place)) return pieces.give_back(place);
    }
    if (heap.contains(place)) heap.give_back(place);
  }
};
// constinit: a test may want it before main() begins.
constinit WorkingMemory
    working_memory;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

void* allocate(std::size_t count, std::size_t size) {
  std::size_t byte_count = 0;
  if (__builtin_mul_overflow(count, size, &byte_count)) return nullptr;
  lock(&working_memory.mutex);
  void* const place = working_memory.take(byte_count);
  unlock(&working_memory.mutex);
  if (place != nullptr) std::memset(place, 0, byte_count);
  return place;
}

void give_back(void* place) {
  if (place == nullptr) return;
  lock(&working_memory.mutex);
  working_memory.give_back(place);
  unlock(&working_memory.mutex);
}

}  // namespace

void use_locks() { mbedtls_threading_set_alt(init, end, lock, unlock); }

void use_working_memory(std::span<std::byte> memory, std::span<const Slots, 2> slots) {
  use_locks();
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const std::size_t byte_count = slots[i].bytes * slots[i].count;
    POSTERN_ASSERT(slots[i].bytes % BlockHeap::unit_bytes == 0 && byte_count <= memory.size());
    working_memory.slots[i] = SlotPieces(memory.first(byte_count), slots[i].bytes);
    memory = memory.subspan(byte_count);
  }
  working_memory.heap = BlockHeap(memory);
  working_memory.peak = 0;
  mbedtls_platform_set_calloc_free(allocate, give_back);
}

std::size_t working_memory_used() { return working_memory.heap.used_bytes(); }
std::size_t working_memory_peak() { return working_memory.peak; }
void forget_working_memory_peak() { working_memory.peak = working_memory.heap.used_bytes(); }

}  // namespace postern::crypto
