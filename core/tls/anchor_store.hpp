#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/spin_lock.hpp"
#include "core/tls/trust_anchors.hpp"

namespace postern::tls {

/// Whom the sessions of one engine trust, and that can be replaced while they run. Two threads may
/// use one: the engine's, and one that replaces.
///
/// The engine looks for new ones when it begins something (take_new), so that within one check of a
/// chain nothing changes; what it used before is freed by the next replacement.
class AnchorStore {
 public:
  AnchorStore() = default;
  ~AnchorStore();
  AnchorStore(const AnchorStore&) = delete;
  AnchorStore& operator=(const AnchorStore&) = delete;

  /// What mbedTLS's memory must have for replacements of `anchors`: each of up to twice the size,
  /// and up to three at a time.
  static std::size_t library_bytes(std::span<const TrustAnchor> anchors);

  /// Before the engine runs. `anchors` outlive this.
  void start(std::span<const TrustAnchor> anchors) { current_ = anchors; }

  /// The engine's: whom to trust, until the next call of take_new().
  [[nodiscard]] const std::span<const TrustAnchor>& current() const { return current_; }
  /// The engine's, when no chain is being checked: takes what was put in place meanwhile.
  void take_new();
  /// The engine's: another number after every replacement that it took. What was proved under an
  /// earlier one, a kept connection or a saved session, is proved no more.
  [[nodiscard]] std::uint32_t generation() const { return generation_; }

  /// The other thread's: reads `pem` and puts its certificates in place. Nothing: they are. On a
  /// problem all stays as it was.
  [[nodiscard]] std::optional<AnchorProblem> replace(std::string_view pem);

 private:
  struct Block {
    void* memory = nullptr;  ///< mbedTLS's.
    std::span<const TrustAnchor> anchors;
  };
  // One in use, one that waits, one that is being made.
  static constexpr std::uint8_t block_count = 3;
  static constexpr std::uint8_t none = block_count;

  static void free(Block& block);

  std::span<const TrustAnchor> current_;
  std::uint32_t generation_ = 0;

  SpinLock lock_;  ///< Guards the two indexes.
  std::array<Block, block_count> blocks_;
  std::uint8_t used_ = none;     ///< The block that current_ lies in.
  std::uint8_t waiting_ = none;  ///< The one that take_new() will take.
};

}  // namespace postern::tls
