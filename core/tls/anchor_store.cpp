#include "core/tls/anchor_store.hpp"

#include <mbedtls/platform.h>

#include <utility>

#include "core/base/memory_plan.hpp"

namespace postern::tls {
namespace {

// DER is three quarters of PEM, and a certificate has some hundred bytes, so that the anchors' own
// records fit into the rest.
constexpr std::size_t block_bytes(std::size_t pem_bytes) { return pem_bytes + 64; }

}  // namespace

std::size_t AnchorStore::library_bytes(std::span<const TrustAnchor> anchors) {
  constexpr std::size_t marks_bytes = 64;  // BEGIN and END
  std::size_t pem_bytes = 0;
  for (const TrustAnchor& anchor : anchors) pem_bytes += anchor.der.size() * 7 / 5 + marks_bytes;
  return block_count * block_bytes(2 * pem_bytes) +
         4 * KiB;  // and one certificate that is being read
}

AnchorStore::~AnchorStore() {
  for (Block& block : blocks_) free(block);
}

void AnchorStore::take_new() {
  const SpinGuard guard(lock_);
  if (waiting_ == none) return;
  used_ = std::exchange(waiting_, none);
  current_ = blocks_[used_].anchors;
  ++generation_;
}

std::optional<AnchorProblem> AnchorStore::replace(std::string_view pem) {
  std::uint8_t fresh = none;
  {
    // What is neither used nor waiting is nobody's but ours.
    const SpinGuard guard(lock_);
    for (std::uint8_t i = 0; i < block_count; ++i) {
      if (i != used_ && i != waiting_) fresh = i;
    }
  }
  Block& block = blocks_[fresh];
  free(block);
  const std::size_t size = block_bytes(pem.size());
  block.memory = mbedtls_calloc(1, size);
  if (block.memory == nullptr) return AnchorProblem::NoMemory;
  Arena arena({static_cast<std::byte*>(block.memory), size});
  const auto read = read_anchors(pem, BrokenAnchor::Refused, arena);
  if (!read) {
    free(block);
    return read.error();
  }
  block.anchors = *read;
  std::uint8_t old = none;
  {
    const SpinGuard guard(lock_);
    old = std::exchange(waiting_, fresh);
  }
  if (old != none) free(blocks_[old]);  // never taken
  return {};
}

void AnchorStore::free(Block& block) { mbedtls_free(std::exchange(block.memory, nullptr)); }

}  // namespace postern::tls
