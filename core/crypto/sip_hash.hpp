// crypto: digests, keys, signatures, keyed tags. The only room but tls that knows mbedTLS, and the
// only one that knows libsodium.
// In: bytes and keys. Out: digests, tags, verdicts.
// Never: a token or key in a result or a message, an allocation, a decision about a request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace postern::crypto {

/// 128 bits that stand for a text of any length inside this process.
struct Tag {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  friend constexpr bool operator==(const Tag&, const Tag&) = default;
};

/// The key of all tags of a process: drawn from the entropy source at start, never stored, shown or
/// shared. Wipes itself; cannot be copied.
class TagKey {
 public:
  static constexpr std::size_t bytes = 16;
  explicit TagKey(std::span<const std::byte, bytes> entropy);
  ~TagKey();
  TagKey(const TagKey&) = delete;
  TagKey& operator=(const TagKey&) = delete;

 private:
  friend class SipHash;
  std::uint64_t k0_;
  std::uint64_t k1_;
};

/// SipHash-2-4 with 128-bit output (Aumasson, Bernstein: "SipHash: a fast short-input PRF"), as its
/// authors' reference implementation and vectors define it. O(length), about 1 ns per 2 bytes on a
/// desktop core.
Tag sip_hash(const TagKey& key, std::span<const std::byte> bytes);

/// What a tag is for: texts of different uses never share a tag.
enum class TagUse : std::uint8_t {
  Token = 1,           ///< `index` is the provider and how it verifies.
  Rate = 2,            ///< `index` is the endpoint, `text` the value that requests are counted by.
  RevokedToken = 3,    ///< `index` is 0: the token, whoever vouches for it.
  RevokedSubject = 4,  ///< `index` is the provider, as with the next two.
  RevokedClient = 5,
  RevokedTokenId = 6,
  Proof = 7,  ///< `index` is 0, `text` the key's thumbprint and the proof's `jti`.
};

/// The tag under which facts about a token are found: SipHash over (use, index, length, text).
///
/// Why 128 bits of SipHash and not SHA-256, and why the token itself is not compared: an attacker
/// who does not know the key can neither compute a tag nor aim at one, as SipHash is a
/// pseudo-random function; nothing that leaves the process depends on tags, so there is nothing to
/// learn them from. A token that was never verified meets the tag of a cached one only by a guess
/// of 2^-128 per request and entry: with a million entries and 100 000 requests each second, once
/// in 10^20 years. The whole token is hashed: keyed by its signature alone, a changed payload with
/// a copied signature would meet a verified entry. SHA-256 would cost ten times as much on the hot
/// path (architecture.md, "Why this shape").
Tag keyed_tag(const TagKey& key, TagUse use, std::uint16_t index, std::string_view text);

}  // namespace postern::crypto
