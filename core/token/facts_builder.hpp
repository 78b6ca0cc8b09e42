#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/token/facts.hpp"

namespace postern::token {

namespace oauth2 {
class Introspection;
}
namespace jwt {
class Jwt;
}
namespace oidc {
class UserInfo;
}

/// Says "I am a verifier": only the named classes can make one. A new connector adds its verifier
/// here, where a reviewer looks.
class VerifierKey {
 private:
  friend class oauth2::Introspection;
  friend class jwt::Jwt;
  friend class oidc::UserInfo;
  VerifierKey() {}  // NOLINT(modernize-use-equals-default): a defaulted one would allow `{}`
};

/// Why claims did not become facts.
enum class FactsError : std::uint8_t {
  TooLarge,  ///< More than `facts_bytes`. Never cut: half a list of groups is a wrong list.
};

/// Fills facts into memory of the caller. Slots are filled in any order, each at most once;
/// unfilled ones are absent.
class FactsBuilder {
 public:
  /// Starts facts of `slot_count` slots. `memory` is `facts_bytes` long (only its first 65 535
  /// bytes are used).
  FactsBuilder(VerifierKey, std::span<std::byte> memory, std::uint16_t provider,
               std::uint16_t slot_count);

  void set_times(std::optional<WallTime> expires_at, std::optional<WallTime> not_before,
                 std::optional<WallTime> issued_at);

  /// Starts the values of `slot`; add() appends them; the next begin_claim() or finish() ends them.
  void begin_claim(std::uint16_t slot, bool is_list);
  void add(ValueKind kind, std::string_view text);

  /// The facts, as a view into the memory given at construction.
  Result<Facts, FactsError> finish();

 private:
  std::byte* take(std::size_t size);

  std::span<std::byte> memory_;
  std::size_t used_ = 0;
  std::uint16_t slot_count_ = 0;
  std::uint16_t open_slot_;
  bool fits_ = true;
};

}  // namespace postern::token
