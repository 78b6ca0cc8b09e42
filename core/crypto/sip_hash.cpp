#include "core/crypto/sip_hash.hpp"

#include <bit>
#include <cstring>

#include "core/base/bytes.hpp"
#include "core/base/secret.hpp"

namespace postern::crypto {

namespace {

/// `count` bytes (at most 8), the first being the lowest.
std::uint64_t little_endian(const std::byte* bytes, std::size_t count) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, count);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

}  // namespace

/// The state of one computation, in the names of the paper.
class SipHash {
 public:
  explicit SipHash(const TagKey& key)
      : v0_(key.k0_ ^ 0x736f6d6570736575),
        v1_(key.k1_ ^ 0x646f72616e646f6d ^ 0xee),
        v2_(key.k0_ ^ 0x6c7967656e657261),
        v3_(key.k1_ ^ 0x7465646279746573) {}

  void word(std::uint64_t m) {
    v3_ ^= m;
    round();
    round();
    v0_ ^= m;
  }

  /// The rest of the message; `length` is that of the whole message.
  Tag finish(std::span<const std::byte> bytes, std::size_t length) {
    const std::byte* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 8; left -= 8, at += 8) word(little_endian(at, 8));
    const std::uint64_t rest = left == 0 ? 0 : little_endian(at, left);
    word(rest | static_cast<std::uint64_t>(length) << 56);
    v2_ ^= 0xee;
    Tag tag;
    tag.low = four_rounds();
    v1_ ^= 0xdd;
    tag.high = four_rounds();
    return tag;
  }

 private:
  void round() {
    v0_ += v1_;
    v1_ = std::rotl(v1_, 13) ^ v0_;
    v0_ = std::rotl(v0_, 32);
    v2_ += v3_;
    v3_ = std::rotl(v3_, 16) ^ v2_;
    v0_ += v3_;
    v3_ = std::rotl(v3_, 21) ^ v0_;
    v2_ += v1_;
    v1_ = std::rotl(v1_, 17) ^ v2_;
    v2_ = std::rotl(v2_, 32);
  }
  std::uint64_t four_rounds() {
    for (int i = 0; i < 4; ++i) round();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

  std::uint64_t v0_, v1_, v2_, v3_;
};

TagKey::TagKey(std::span<const std::byte, bytes> entropy)
    : k0_(little_endian(entropy.data(), 8)), k1_(little_endian(entropy.data() + 8, 8)) {}

TagKey::~TagKey() {
  wipe(std::as_writable_bytes(std::span(&k0_, 1)));
  wipe(std::as_writable_bytes(std::span(&k1_, 1)));
}

Tag sip_hash(const TagKey& key, std::span<const std::byte> bytes) {
  return SipHash(key).finish(bytes, bytes.size());
}

Tag keyed_tag(const TagKey& key, TagUse use, std::uint16_t index, std::string_view text) {
  SipHash hash(key);
  // One word in front of the text: 8 bits of use, 16 of index, 40 of length.
  hash.word(static_cast<std::uint64_t>(use) | static_cast<std::uint64_t>(index) << 8 |
            static_cast<std::uint64_t>(text.size()) << 24);
  return hash.finish(as_bytes(text), 8 + text.size());
}

}  // namespace postern::crypto
