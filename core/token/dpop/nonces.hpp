#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/base/base64url.hpp"
#include "core/base/time.hpp"
#include "core/crypto/sip_hash.hpp"

namespace postern::token::dpop {

/// Nonces that the gateway hands out for proofs (RFC 9449 section 9): a proof that holds one was
/// made after the nonce was handed out, whatever the client's clock and ours say.
///
/// None is stored: a nonce is a keyed tag over the time slot in which it was handed out, and counts
/// in that slot and the next one. A slot is half of `life`, so a nonce counts for at least half of
/// it and never for longer than `life`. Monotonic time and one key: all workers agree, and nobody
/// can make a nonce ahead of its time. Who holds one can use it for any number of proofs; that no
/// proof counts twice is the replay table's business.
class Nonces {
 public:
  static constexpr std::size_t text_bytes = base64url_text_bytes(sizeof(crypto::Tag));
  using Text = std::array<char, text_bytes>;

  /// REQUIRES: `key` outlives it, and is used for nothing else: nonces leave the process.
  explicit Nonces(const crypto::TagKey& key) : key_(key) {}

  /// The nonce of the present slot. REQUIRES: `life` is at least a second.
  [[nodiscard]] Text current(MonotonicTime now, Duration life) const;

  enum class Age : std::uint8_t {
    Unknown,   ///< Not ours, or too old.
    Current,   ///< Of the present slot.
    Previous,  ///< It counts, but soon it will not: time to hand out the current one.
  };
  /// In constant time for texts of a nonce's length.
  [[nodiscard]] Age age(std::string_view nonce, MonotonicTime now, Duration life) const;

 private:
  [[nodiscard]] Text text_of(std::int64_t slot, Duration life) const;

  const crypto::TagKey& key_;
};

}  // namespace postern::token::dpop
