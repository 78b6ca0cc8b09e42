// token: from a credential to verified facts about it.
// In: a request head, a token, a provider's answer, clocks.
// Out: facts in slots, a refusal, a question to a provider, a provider's fault.
// Never: a claim read before verification succeeded, a verdict made from a provider's fault,
// a token or secret in a log, a socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/time.hpp"

namespace postern::token {

/// What a claim, or one element of an array claim, is in JSON.
enum class ValueKind : std::uint8_t {
  String,  ///< `text` is the decoded string; it may hold any byte, NUL included.
  Number,  ///< `text` is the number as the document spelled it (compact JSON).
  True,    ///< `text` is "true".
  False,   ///< `text` is "false".
  Null,    ///< `text` is "null".
  Json,    ///< An object, or an array inside an array: `text` is compact JSON.
};

/// One value of a claim. `text` lives as long as the facts it came from.
struct Value {
  ValueKind kind = ValueKind::Null;
  std::string_view text;
};

/// What became of a claim that was asked to become a header value.
enum class HeaderText : std::uint8_t {
  Written,  ///< The text stands in the writer (whose ok() says whether it had room).
  Absent,   ///< The claim is missing or null: send no header. Nothing was written.
  Unsafe,   ///< The text cannot be a field value as it stands: refuse the request. Nothing usable
            ///< was written.
};

/// One claim of a token: absent, one value, or a list of values (a JSON array). A view into the
/// facts.
class Claim {
 public:
  /// Visits the values in order: `for (const Value& value : claim)`. One value is a list of one.
  class Iterator {
   public:
    Value operator*() const;
    Iterator& operator++();
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

   private:
    friend class Claim;
    explicit Iterator(const std::byte* at) : at_(at) {}
    const std::byte* at_;
  };

  Claim() = default;

  /// The path matched something in the verified document (null counts as something).
  [[nodiscard]] bool present() const { return present_; }
  /// It was a JSON array; it may be empty.
  [[nodiscard]] bool is_list() const { return is_list_; }
  [[nodiscard]] bool is_null() const;
  [[nodiscard]] Iterator begin() const { return Iterator(bytes_.data()); }
  [[nodiscard]] Iterator end() const { return Iterator(bytes_.data() + bytes_.size()); }

  /// The text when the claim is exactly one string, as `iss` and `client_id` must be; otherwise
  /// nothing.
  [[nodiscard]] std::optional<std::string_view> string() const;

  /// Appends what a header made from this claim says (behaviour.md, step 9): a string as it is, a
  /// number or boolean as JSON spells it, an array or object as compact JSON, in UTF-8. A string is
  /// Unsafe when it holds a control byte (a second header could begin there) or begins or ends with
  /// a space (the receiver would trim it and see another subject).
  HeaderText text_for_header(ByteWriter& out) const;

 private:
  friend class Facts;
  Claim(std::span<const std::byte> bytes, bool is_list)
      : bytes_(bytes), present_(true), is_list_(is_list) {}

  std::span<const std::byte> bytes_;  // values, each [kind u8][length u16][text]
  bool present_ = false;
  bool is_list_ = false;
};

/// Verified claims, in slots. A slot is the index that the configuration gave to a claim path;
/// policy and enrichment read slots and no JSON. All of it is one block of bytes, so that the cache
/// can keep a copy: a view, which copies nothing and owns nothing. Made only by a verifier
/// (FactsBuilder), or from bytes that the cache kept.
class Facts {
 public:
  /// Facts that the cache kept. REQUIRES: `bytes` is what bytes() of verified facts returned, and
  /// nobody but the cache touched them since: this is the one door beside the verifier, so it is
  /// called where a cache hit is read and nowhere else. Nothing when the block is not whole (every
  /// offset is checked, nothing is read beyond `bytes`). O(slots).
  static std::optional<Facts> from_cache(std::span<const std::byte> bytes);

  /// The whole block, to be copied as it is. At most `facts_bytes` long.
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

  /// `exp`, `nbf`, `iat`; nothing when the token does not say. Within ±2^53 s, so sums with any
  /// duration cannot wrap.
  [[nodiscard]] std::optional<WallTime> expires_at() const;
  [[nodiscard]] std::optional<WallTime> not_before() const;
  [[nodiscard]] std::optional<WallTime> issued_at() const;
  /// Index of the provider that vouched for them.
  [[nodiscard]] std::uint16_t provider() const;

  /// The claim in `slot`; absent when the token has none. O(1). REQUIRES: `slot` is one of the
  /// configuration's.
  [[nodiscard]] Claim claim(std::uint16_t slot) const;

 private:
  friend class FactsBuilder;
  explicit Facts(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::span<const std::byte> bytes_;
};

}  // namespace postern::token
